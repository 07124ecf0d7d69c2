"""Employer accounts: organisations, agreements and teams."""
