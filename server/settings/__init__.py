"""What an operator may set, checked before the start."""
