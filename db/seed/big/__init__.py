"""The parts of the large made-up world that `db.seed.generate` writes."""
