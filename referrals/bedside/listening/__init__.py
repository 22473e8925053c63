"""Typed words at the bedside: noted, said to be unused, or asked about."""
