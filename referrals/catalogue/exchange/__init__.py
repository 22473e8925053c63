"""Courses in and out as files: CSV, for people and their spreadsheets."""
