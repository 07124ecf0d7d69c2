"""The policy as others read it: exported, compared, and put in sentences."""
