"""What a person types is made safe before the engine, a log or a table sees it."""
