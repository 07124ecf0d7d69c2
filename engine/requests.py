"""What goes into an operation, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.deadline import Deadline


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """What a client sends, and until when it is to be answered."""

    query: str
    variables: Mapping[str, object] | None = None
    operation_name: str | None = None
    mode: Literal["partial", "strict"] = "partial"
    request_id: str = ""
    idempotency_key: str | None = None
    address: str | None = None
    """Where it comes from: the address of a client, as far as trusted proxies tell it."""
    deadline: Deadline | None = None
    """Of an operation that no request brought, its time begins when it is executed."""


@dataclass(slots=True)
class OperationReport:
    """What an operation took, for the log and for tests; holds no value of the data."""

    subject: str
    operation_name: str | None = None
    document_hash: str | None = None
    plan: Literal["engine", "plain", "none"] = "none"
    decisions: int = 0
    statements: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The payload, and the status it has as `application/graphql-response+json`."""

    payload: dict[str, object]
    status: int
    report: OperationReport
    changes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The response keys of the changes that stand, in an answer to a mutation."""
