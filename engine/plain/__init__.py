"""The plain path: the same schema on graphql-core, for what is not planned and to check plans."""
