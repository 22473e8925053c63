"""Personal values as ciphertext, the tokens that stand for them, the keys."""
