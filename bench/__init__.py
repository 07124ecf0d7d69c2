"""Measures Fieldgate beside its peers, and beside itself as its data grows; serves nobody."""
