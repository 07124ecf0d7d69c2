"""Rows as SQL: statements that decisions have scoped, written once for either database."""
