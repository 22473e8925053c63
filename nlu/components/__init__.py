"""Henvis' own Rasa components: one finds entities, one decides the intent."""
