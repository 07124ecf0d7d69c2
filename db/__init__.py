"""Rows: models, the database at the driver, migrations, the demo world and the generator."""
