"""Documents: parsed and validated once, counted, priced, and read for one operation."""
