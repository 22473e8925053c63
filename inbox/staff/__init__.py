"""Log-in, second factor, devices, invitations, one's own account."""
