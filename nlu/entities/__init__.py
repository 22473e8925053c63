"""What a message names: places, days, hours, courses; by lookups and patterns, nothing learned."""
