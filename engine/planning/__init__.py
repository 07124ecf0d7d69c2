"""How an operation becomes a plan: each decision is taken here, before a row is read."""
