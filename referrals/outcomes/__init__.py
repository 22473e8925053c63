"""What came of it, as facts: enrolled where, followed up when, smoke-free or lost."""
