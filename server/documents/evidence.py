"""The document of a piece of evidence: the work itself, to be read in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import ids
from server.documents.page import Page, file_name, filled, moment, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.documents.rows import Rows

_PAGE = template("evidence.html")


async def evidence_document(evidence: Mapping[str, Any], rows: Rows) -> Page:
    """Return the page of a piece of evidence, or raise Refused where its record is out of sight."""
    record = await rows.one("ApprenticeRecord", evidence["record_id"])
    html = filled(
        _PAGE,
        title=evidence["title"],
        learner=f"{record['first_name']} {record['last_name']}",
        kind=evidence["kind"].capitalize(),
        status=evidence["status"].capitalize(),
        submitted_at=moment(evidence["submitted_at"]),
        content=evidence["content"],
        reference=ids.encode("evd", evidence["id"]),
        made_at=moment(rows.now),
    )
    return Page(file_name("evidence", evidence["title"]), html)
