"""Inspections: groups, their openings, and the accounts of inspectors."""
