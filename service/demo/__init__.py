"""Starting a demonstration: its log-ins, its year, and the made-up phone."""
