"""Courses for whoever asks over HTTP."""
