"""What a referral is: states, legal moves, clock, history, who is the same person."""
