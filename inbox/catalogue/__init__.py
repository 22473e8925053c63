"""The course manager's pages: draft, publish, call off, files in and out."""
