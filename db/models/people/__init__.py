"""People and the roles that they are granted."""
