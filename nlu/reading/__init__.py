"""What a sentence asserts, of whom and how surely; pure, knows no steps and no Rasa."""
