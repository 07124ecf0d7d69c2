"""People, their roles, and what commands need to know of them."""
