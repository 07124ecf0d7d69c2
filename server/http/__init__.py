"""HTTP: connections, bodies, the endpoint of operations, and what leaves."""
