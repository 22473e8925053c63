"""What comes next with each referral: one action, one date, on one list, so that nobody is lost."""
