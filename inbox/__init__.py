"""Web pages and calls for municipalities, and the patient's own receipt page."""
