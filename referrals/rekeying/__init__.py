"""Keys exchanged while everything goes on: what was under the old is sealed anew."""
