"""An operation whose plan is kept as a picture: who asks what, and what there is to see in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One operation; `shows` says what a reader should look at."""

    name: str
    shows: str
    who: str
    document: str
    variables: dict[str, Any] = field(default_factory=dict)
    follows: bool = False
    """Whether `$cursor` is the end of the page that the same document gives without it."""
    grants: bool = False
    """Whether the statement of the caller's grants is shown, which every operation begins with."""
    lab: bool = False
    """Whether the tests' own schema is asked, where many ways lead to one row."""

    @property
    def writes(self) -> bool:
        """Whether it changes its world."""
        return self.document.startswith("mutation")
