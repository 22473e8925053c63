"""What stands before the routes: bounds, headers, names, and secrets that are never logged."""
