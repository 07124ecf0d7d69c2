"""What can be changed: each field is one command, made by itself or, strictly, with all others."""

from __future__ import annotations

from resolvers.commands import COMMANDS
from schema.declare import mutation
from schema.entities import ENTITIES

Mutation = mutation(COMMANDS, ENTITIES)
