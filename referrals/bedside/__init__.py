"""What the bot says at the bedside: asks, answers, files, holds, looks up."""
