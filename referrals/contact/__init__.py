"""The page where contact details are written outside any chat, behind a one-time link."""
