"""How a plan is run: breadth-first, a column of values at a time."""
