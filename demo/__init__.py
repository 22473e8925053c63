"""The made-up people, courses and referrals of a demonstration, and a year of them."""
