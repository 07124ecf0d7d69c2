"""The oracle's table for inspections and ILRs, by hand from 1.4.b and the contract of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oracle.decide import holds
from oracle.fields import (
    FIELDS,
    READ,
    Asked,
    Find,
    by,
    by_id,
    card,
    identifier,
    one,
    root_list,
    shown,
    value,
)
from oracle.finding import found_page
from oracle.refusal import bad_input, forbidden, not_found
from oracle.shapes import PREVIEW, Thing, instant, page
from oracle.world import Row, World

MEMBERS = "inspection_group.read_members"
ACCOUNT = "inspector_account.read"


def hanging(action: str, table: str, column: str, *order: str, kind: str | None = None) -> Find:
    """Find the rows whose column names this row, refused on this very row, in order."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[Thing]:
        asked.demand(action, thing, at)
        rows = [row for row in asked.world.all(table) if row[column] == thing.row["id"]]
        return asked.visible(action, table, sorted(rows, key=by(*order, "id")), kind)

    return find


def _by_people(find_all: Find) -> Find:
    """Find accounts by the name that the provider keeps of them."""

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> list[Thing]:
        names = {row["id"]: row["name_sort"] for row in asked.world.all("inspector_accounts")}
        found = find_all(asked, thing, at, args)
        return sorted(found, key=lambda each: (names[each.row["id"]], each.row["id"]))

    return find


def pages(find_all: Find) -> Find:
    """Find a page of what another way finds whole."""

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        return page(find_all(asked, thing, at, args), args, at, asked.open_cursor)

    return find


def _learners(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Find the records in sight; of these one's own, unless all are asked for (D4-15, F10)."""
    if not holds(asked.principal, "apprentice_record.read"):
        raise forbidden(at)
    mine = args["show"] == "MY"
    table = "apprentice_records"
    rows = sorted(asked.world.all(table), key=by("last_name_sort", "id"))
    if mine:
        rows = [row for row in rows if asked.may("apprentice_record.read_own", table, row)]
    things = asked.visible("apprentice_record.read", table, rows)
    return found_page(asked, "ApprenticeRecord", things, at, args, " of one's own" * mine)


def _status(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> str:
    asked.demand("inspection_group.read_window", thing, at)
    row, now = thing.row, asked.principal.now
    if row["closed_at"] is not None:
        return "CLOSED"
    if row["opened_at"] is None:
        return "DRAFT"
    if row["closes_at"] is None or row["closes_at"] <= now:
        return "CLOSED"
    return "OPEN" if row["opens_at"] <= now else "DRAFT"  # it is arranged, and has not begun


def _ended(group: str | None, world: World, now: int) -> int | None:
    """Return when the last visit of a group that is over was over, None where none is."""
    over = []
    for row in world.all("inspection_openings"):
        if row["group_id"] == group and row["opened_at"] is not None:
            end = row["closes_at"] if row["closed_at"] is None else row["closed_at"]
            begun = max(row["opens_at"], row["opened_at"])
            over += [end] if begun <= end <= now else []  # who never began owes nothing
    return max(over, default=None)


def _duty(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> str | None:
    """Find what is to be done with an account after the visit (F01, D4-21, D4-23)."""
    asked.demand(ACCOUNT, thing, at)
    ended = _ended(thing.row["group_id"], asked.world, asked.principal.now)
    user = asked.world.get("inspector_accounts", thing.row["id"])
    assert user is not None
    if ended is None or ended < thing.row["starts_at"]:
        return None  # they were let in for a later one
    if user["email_kind"] == "GENERIC":
        rotated = user["credentials_rotated_at"]
        old = rotated is None or rotated < ended
        return "ROTATE_CREDENTIALS" if user["status"] == "ACTIVE" and old else None
    return {"ACTIVE": "CANCEL", "CANCELLED": "ARCHIVE"}.get(user["status"])


def words(table: str | None, column: str) -> Find:
    """Find the words of a column of an account, or of its person."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[str]:
        asked.demand(ACCOUNT, thing, at)
        row: Row | None = thing.row if table is None else asked.world.get(table, thing.row["id"])
        assert row is not None
        return str(row[column]).split()

    return find


def _preview(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> str:
    """Stand for a preview: what it holds is compared with a real inspector's answer elsewhere.

    Nobody is let in by no channel, or into classic without Manage ILR (D4-08, I13).
    """
    asked.demand("inspection_group.preview", thing, at)
    key, variables = args.get("accountId"), args.get("variables")
    channels, permissions = ["CONSOLE"], []
    if key is not None:
        if re.fullmatch("ins_[a-z2-7]{26}", key) is None:
            raise bad_input(at)
        grant = asked.world.get("role_grants", key[4:])
        account = asked.world.get("inspector_accounts", key[4:])
        if account is None or grant is None or grant["group_id"] != thing.row["id"]:
            raise not_found(at)
        channels, permissions = account["channels"].split(), grant["permissions"].split()
    channels = channels if args.get("channels") is None else args["channels"]
    permissions = permissions if args.get("permissions") is None else args["permissions"]
    classic = "CLASSIC" in channels and "MANAGE_ILR" not in permissions
    if classic or not channels or not isinstance(variables, dict | None):
        raise bad_input(at)
    return PREVIEW


def account(column: str) -> Find:
    """Find what the provider keeps of an account."""
    return shown(ACCOUNT, "inspector_accounts", "id", column)


INSPECTIONS: dict[str, Find] = {
    "Query.learners": _learners,
    "Query.inspectionGroup": by_id("inspection_group.read", "inspection_groups"),
    "Query.inspectionGroups": root_list("inspection_group.read", "inspection_groups", "name"),
    "InspectionGroup.id": identifier(),
    "InspectionGroup.name": value("inspection_group.read", "name"),
    "InspectionGroup.body": value("inspection_group.read", "body"),
    "InspectionGroup.editVersion": value(MEMBERS, "revision"),
    "InspectionGroup.openings": hanging(
        "inspection_group.read_window", "inspection_openings", "group_id", "number"
    ),
    "InspectionGroup.inspectors": pages(
        _by_people(hanging(ACCOUNT, "role_grants", "group_id", kind="InspectorAccount"))
    ),
    "InspectionGroup.previewAccess": _preview,
    "InspectionOpening.status": _status,
    "InspectionOpening.number": value(READ["InspectionOpening"], "number"),
    "InspectionOpening.host": card(READ["InspectionOpening"], "users", "host_id", name="name"),
    **{
        f"InspectionOpening.{field}": value(READ["InspectionOpening"], column, instant)
        for field, column in {
            "opensAt": "opens_at",
            "closesAt": "closes_at",
            "openedAt": "opened_at",
            "closedAt": "closed_at",
        }.items()
    },
    "InspectionOpening.allLearners": value(MEMBERS, "all_learners", bool),
    "InspectionOpening.learners": pages(
        hanging(MEMBERS, "inspection_learners", "opening_id", "added_at")
    ),
    "InspectedLearner.record": one("apprentice_record.read", "apprentice_records", "record_id"),
    "InspectedLearner.addedAt": value(MEMBERS, "added_at", instant),
    "InspectedLearner.addedBy": card(MEMBERS, "users", "added_by_id", name="name"),
    "InspectorAccount.id": identifier(),
    "InspectorAccount.name": account("name"),
    "InspectorAccount.email": account("email"),
    "InspectorAccount.emailKind": account("email_kind"),
    "InspectorAccount.status": account("status"),
    "InspectorAccount.permissions": words(None, "permissions"),
    "InspectorAccount.channels": words("inspector_accounts", "channels"),
    "InspectorAccount.duty": _duty,
    "InspectorAccount.group": one("inspection_group.read", "inspection_groups", "group_id"),
    "Ilr.niNumber": shown(READ["Ilr"], "apprentice_records", "record_id", "ni_number"),
    "Ilr.qaVerifiedAt": value(READ["Ilr"], "qa_verified_at", instant),
    **{
        f"Ilr.{field}": value(READ["Ilr"], column)
        for field, column in {
            "learnRefNumber": "learn_ref_number",
            "fundingModel": "funding_model",
            "plannedEndOn": "planned_end_on",
            "actualEndOn": "actual_end_on",
            "completionStatus": "completion_status",
            "outcome": "outcome",
            "withdrawReason": "withdraw_reason",
            "deliveryPostcode": "delivery_postcode",
            "editVersion": "revision",
        }.items()
    },
}
"""Every guarded coordinate of inspections and ILRs."""

EVERY = {**FIELDS, **INSPECTIONS}
"""Every guarded coordinate; the rest are values inside of an answer that was decided whole."""
