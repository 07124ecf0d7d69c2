"""GET /dev/reference: what an editor needs to tell a mistake from what would be withheld.

The whole schema, what each part of it needs, who may, and the words of each rule: all public.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from graphql import get_named_type

from authz.publishing.wording import who_may
from authz.sources import SOURCES
from engine.decider import refusal
from engine.introspection.required_actions import Need, needs
from engine.kinds.allowed_actions import AllowedActions
from server.http.replies import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    import strawberry

    from authz.policy import Policy
    from engine.catalogue import Catalogue


class Reference:
    """Made when it is first asked for, and the same for everybody."""

    def __init__(self, schema: strawberry.Schema, catalogue: Catalogue, policy: Policy) -> None:
        """Take what the server serves."""
        self._schema = schema
        self._catalogue = catalogue
        self._policy = policy

    async def made(self) -> bytes:
        """Return it as JSON."""
        return self._encoded

    @cached_property
    def _encoded(self) -> bytes:
        found: dict[str, dict[tuple[str, str | None], dict[str, object]]] = {}
        for coordinate, (action, field) in self._withholding():
            need = (action, field if self._policy.lists_fields(action) else None)
            found.setdefault(coordinate, {})[need] = self._told(coordinate, need)
        return encoded(
            {
                "schema": self._schema.as_str(),
                "needs": {coordinate: list(told.values()) for coordinate, told in found.items()},
                "sources": {id_: source.sentence for id_, source in SOURCES.items()},
            }
        )

    def _withholding(self) -> Iterator[tuple[str, Need]]:
        """Yield what is withheld from those who lack a need.

        Not so the words for actions: whoever asks whether they hold one is answered.
        """
        words = {
            get_named_type(place.definition.type).name
            for entity in self._catalogue.entities.values()
            for place in entity.fields.values()
            if isinstance(place.guarded.kind, AllowedActions)
        }
        for coordinate, need in needs(self._catalogue):
            if coordinate.partition(".")[0] not in words:
                yield coordinate, need

    def _told(self, coordinate: str, need: Need) -> dict[str, object]:
        action, field = need
        message, _, _ = refusal(self._policy, coordinate, action)
        return {
            "action": action,
            "field": field,
            "message": message,
            "who": who_may(self._policy, action, field),
            "sources": list(self._policy.sources(action)),
        }
