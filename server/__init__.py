"""The composition root: settings, tokens, the HTTP endpoint and the command line."""
