"""Decisions and rows: who asks with which grants, and what a scope means for a table."""
