"""How much one nurse may begin and send: far above honest use, and who is told of more."""
