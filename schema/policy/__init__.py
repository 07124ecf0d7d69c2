"""The policy as public data."""
