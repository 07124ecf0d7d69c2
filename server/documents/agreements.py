"""The document of an agreement: who agreed to what, when, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import ids
from server.documents.page import Page, file_name, filled, moment, table_rows, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.documents.rows import Rows

_PAGE = template("agreements.html")
_REGISTERS = {
    "COMPANIES_HOUSE": "Companies House number",
    "CHARITIES": "Charity number",
    "PENSIONS_REGULATOR": "Pensions Regulator number",
}
_NOBODY = "Nobody"


async def agreement_document(agreement: Mapping[str, Any], rows: Rows) -> Page:
    """Return the page of an agreement, or raise Refused where a part of it is out of sight."""
    account = await rows.one("Organisation", agreement["organisation_id"])
    entity = await rows.one("LegalEntity", agreement["legal_entity_id"])
    history = await rows.hanging("AgreementEvent", "agreement_id", agreement["id"], ("at", "id"))
    version, status = agreement["version"], agreement["status"].capitalize()
    html = filled(
        _PAGE,
        title=f"Employer agreement of {entity['name']}, version {version}",
        account=account["name"],
        entity=entity["name"],
        register=_REGISTERS.get(entity["source"], "Reference of the legal entity"),
        code=entity["code"],
        version=version,
        status=status,
        status_line=_status_line(agreement),
        offered_at=moment(agreement["offered_at"]),
        signed_by=agreement["signed_by"] or "Not signed",
        signed_at=moment(agreement["signed_at"], "Not signed"),
        history=table_rows(
            [
                (event["status"].capitalize(), moment(event["at"]), event["by"] or _NOBODY)
                for event in history
            ]
        ),
        reference=ids.encode("agr", agreement["id"]),
        made_at=moment(rows.now),
    )
    return Page(file_name("agreement", entity["name"], "version", version), html)


def _status_line(agreement: Mapping[str, Any]) -> str:
    version = f"Version {agreement['version']}"
    if agreement["status"] == "SIGNED":
        return f"{version}, signed by {agreement['signed_by']} on {moment(agreement['signed_at'])}."
    if agreement["status"] == "PENDING":
        return f"{version}, offered on {moment(agreement['offered_at'])} and not yet accepted."
    return f"{version}, {agreement['status'].lower()}."
