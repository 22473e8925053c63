"""The municipality's queue and its referrals: pages and API."""
