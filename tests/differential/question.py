"""A question as the corpora hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """A document and its variables, ids still by name."""

    document: str
    variables: dict[str, Any] = field(default_factory=dict)
