"""Introspection: each caller is shown the part of the schema that their roles can ever use.

It is documentation and protects nothing: operations are validated and run on the whole schema.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from authz.decision import Never
from engine.catalogue import Catalogue
from engine.decider import Decider
from engine.introspection.required_actions import Need, needs
from engine.introspection.visible_schema import part_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import strawberry
    from graphql import GraphQLResolveInfo, GraphQLSchema

    from authz.decision import Fingerprint
    from authz.policy import Policy

_KEPT = 64
"""How many parts are kept: one for each set of actions, not for each person."""


class Introspection:
    """The parts of one schema, made when they are first asked for."""

    def __init__(self, catalogue: Catalogue, policy: Policy) -> None:
        """Find out once what each coordinate needs."""
        self._catalogue = catalogue
        self._policy = policy
        self._needs: dict[str, set[Need]] = {}
        for coordinate, need in needs(catalogue):
            self._needs.setdefault(coordinate, set()).add(need)
        self._all: frozenset[Need] = frozenset().union(*self._needs.values())
        self._parts: LRUCache[frozenset[Need], GraphQLSchema] = LRUCache(_KEPT)

    def part(self, fingerprint: Fingerprint) -> GraphQLSchema:
        """Return the part that somebody with these shapes of grants can ever use."""
        decider = Decider(self._policy, fingerprint)
        refused = frozenset(need for need in self._all if isinstance(decider.decide(*need), Never))
        if refused not in self._parts:
            self._parts[refused] = part_of(
                self._catalogue.schema,
                lambda coordinate: refused.isdisjoint(self._needs.get(coordinate, ())),
            )
        return self._parts[refused]

    def shown_to(self, fingerprint: Fingerprint) -> Callable[..., Any]:
        """Return the middleware for graphql-core that lets introspection read the part alone."""
        part = self.part(fingerprint)

        def resolve(
            following: Any, source: Any, info: GraphQLResolveInfo[Any], **given: Any
        ) -> Any:
            if info.field_name.startswith("__") or info.parent_type.name.startswith("__"):
                info = info._replace(schema=part)
            return following(source, info, **given)

        return resolve


def printed_part(schema: strawberry.Schema, policy: Policy, fingerprint: Fingerprint) -> str:
    """Return the part as the schema definition language, written as the whole is."""
    shown = copy(schema)
    shown._schema = Introspection(Catalogue(schema), policy).part(fingerprint)  # noqa: SLF001
    return shown.as_str()
