"""A municipality works its referrals: today, list, search, open, move, escalate."""
