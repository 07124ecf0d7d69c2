"""What can be asked: types and fields, each of which names its action. Declarations only."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from engine.instants import SCALARS
from schema.entities import ENTITIES
from schema.mutation import Mutation
from schema.query import Query


def build_schema() -> strawberry.Schema:
    """Return the schema that the gateway serves."""
    return strawberry.Schema(
        Query,
        Mutation,
        types=[*ENTITIES],
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
    )
