"""What changed in a municipality's referrals, in an order that never skips one."""
