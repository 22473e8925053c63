"""The figures of wards and municipalities: pages, print and API."""
