"""How a municipality keeps its courses true: draft, publish, call off, exchange."""
