"""The figures of a played year, counted again from its events."""
