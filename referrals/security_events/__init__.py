"""What whoever watches over security is told: each event declared once, a line each, in ECS."""
