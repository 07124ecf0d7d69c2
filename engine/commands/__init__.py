"""Mutations: authorized, made in one transaction, audited, and answered."""
