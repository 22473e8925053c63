"""Typed words at the bedside: from a message that was heard to what is noted, said or asked."""
