"""A random walk over all that can happen to referrals, looking for whoever is on no list."""
