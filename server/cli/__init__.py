"""The `fieldgate` command."""
