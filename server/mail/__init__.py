"""The delivery of the outbox."""
