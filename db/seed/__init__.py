"""Worlds to look around in and to measure: the demo world, and large made-up ones."""
