"""What a turn costs beside the engine's own turn."""
