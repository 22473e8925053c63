"""Work beside the answers: each piece a task of its own that is told, put off and tried again."""
