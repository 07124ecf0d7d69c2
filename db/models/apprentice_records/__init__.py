"""Apprentice records, what hangs on them, and to whom they are assigned."""
