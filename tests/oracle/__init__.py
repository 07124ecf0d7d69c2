"""The oracle: whole tables, plain Python and one decision a value, to hold the engine against."""
