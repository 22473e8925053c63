"""Enrolment, attendance and follow-ups: pages and API."""
