"""Who sent a request: signed tokens, and the public keys that are trusted."""
