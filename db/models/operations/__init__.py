"""What the gateway keeps for itself: the audit, the outbox, changes that are remembered."""
