"""The database at the level of its drivers: pools, statements, transactions, and their faults."""
