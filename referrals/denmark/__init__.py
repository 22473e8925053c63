"""Places, days, numbers and names as people in Denmark write them; pure."""
