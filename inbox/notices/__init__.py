"""Who is told what, and letters that did not leave: pages and API."""
