"""The closed sets of the schema: kinds, statuses and names, each as the database stores it."""
