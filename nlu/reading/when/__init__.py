"""When to call, as a message tells it: hours, and the part of the day that they mean."""
