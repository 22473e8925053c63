"""How the engine is reached, by who shows a secret; nothing of it is trained from."""
