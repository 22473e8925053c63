"""What is kept for a patient: a seat in a course, a clarifying call."""
