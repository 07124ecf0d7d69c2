"""Plain Strawberry as documented: permission classes, ORM sessions, data loaders."""
