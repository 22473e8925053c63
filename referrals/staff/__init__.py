"""Who works with Henvis: roles, log-in, second factor, invitations, house rules."""
