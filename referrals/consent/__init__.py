"""What the patient agreed to, their receipt, taking it back, its end by time."""
