"""Municipalities' own systems: who they are, what they asked once, where they want to be told."""
