"""A made-up year: patients, nurses, advisers and courses, played through the real services."""
