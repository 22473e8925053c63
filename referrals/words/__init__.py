"""The word for a code, in each language; what a spreadsheet cell may hold."""
