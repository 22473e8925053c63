"""The one way to the database, and what every table is made of."""
