"""What the stock bot runs besides Rasa."""
