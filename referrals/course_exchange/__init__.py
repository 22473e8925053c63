"""Courses in and out as files: CSV for people and spreadsheets, HSDS 3.0 for systems."""
