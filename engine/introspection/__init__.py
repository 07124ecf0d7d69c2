"""Introspection: each caller is shown their part of the schema."""
