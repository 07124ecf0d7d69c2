"""How an operation runs: documents, plans, breadth-first execution. Knows GraphQL and SQL only."""
