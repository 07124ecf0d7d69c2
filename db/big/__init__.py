"""The parts of the large made-up world that `db.generate` writes."""
