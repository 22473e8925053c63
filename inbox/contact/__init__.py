"""The page where contact details are written, behind a one-time link."""
