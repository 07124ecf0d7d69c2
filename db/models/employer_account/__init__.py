"""Organisations, their employer account and its agreements."""
