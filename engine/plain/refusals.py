"""Refusals on the plain path: each names where it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable


async def named(coordinate: str, value: Awaitable[Any]) -> Any:
    """Await a value; a refusal names the coordinate that it happened at."""
    try:
        return await value
    except Refusal as refused:
        raise at(coordinate, refused) from None


def at(coordinate: str, refused: Refusal) -> Refusal:
    """Return a refusal that names where it happened, unless it does already."""
    refused.extensions = {"coordinate": coordinate, **(refused.extensions or {})}
    return refused
