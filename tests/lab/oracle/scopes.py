"""What the lab's scopes and conditions mean, said once more in plain Python over whole tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oracle.decide import Principal
from oracle.world import Row, World


def _own(principal: Principal, _places: frozenset[str]) -> frozenset[str]:
    return frozenset() if principal.user is None else frozenset({principal.user["id"]})


def _held(_principal: Principal, places: frozenset[str]) -> frozenset[str]:
    return places


def _anywhere(principal: Principal, _places: frozenset[str]) -> frozenset[str]:
    return frozenset(grant["organisation_id"] for grant in principal.grants)


Keys = Callable[[Principal, frozenset[str]], frozenset[str]]
Says = Callable[[frozenset[str], Row, World], bool]


@dataclass(frozen=True)
class Scope:
    """Rows by keys of the caller: those whose `column` holds one, or those that `says` accepts."""

    keys: Keys
    column: str | None = None
    says: Says = lambda _keys, _row, _world: True

    def covers(self, principal: Principal, places: frozenset[str], row: Row, world: World) -> bool:
        """Say whether the scope, held at these places, holds the row."""
        keys = self.keys(principal, places)
        anchored = self.column is None or row[self.column] in keys
        return anchored and self.says(keys, row, world)


def _in_caseload(owners: frozenset[str], record_id: str, world: World) -> bool:
    return any(
        item["owner_id"] in owners and item["record_id"] == record_id
        for item in world.all("lab_caseload_items")
    )


def _taken_by(employers: frozenset[str], person: Row, world: World) -> bool:
    return any(
        record["employer_id"] in employers and record["learner_id"] == person["id"]
        for record in world.all("lab_records")
    )


def _looked_after(owners: frozenset[str], person: Row, world: World) -> bool:
    return any(
        record["learner_id"] == person["id"] and _in_caseload(owners, record["id"], world)
        for record in world.all("lab_records")
    )


def _in_area(organisations: frozenset[str], record: Row, world: World) -> bool:
    return any(
        area["organisation_id"] in organisations and area["region"] == record["region"]
        for area in world.all("lab_areas")
    )


def _employed(employers: frozenset[str], review: Row, world: World) -> bool:
    record = world.get("lab_records", review["record_id"])
    return record is not None and record["employer_id"] in employers


def _hanging_in_caseload(owners: frozenset[str], row: Row, world: World) -> bool:
    return _in_caseload(owners, row["record_id"], world)


SCOPES: Mapping[tuple[str, str], Scope] = {
    ("organisations", "organisation"): Scope(_held, "id"),
    ("organisations", "self"): Scope(_anywhere, "id"),
    ("users", "self"): Scope(_own, "id"),
    ("users", "organisation"): Scope(_held, says=_taken_by),
    ("users", "caseload"): Scope(_own, says=_looked_after),
    ("lab_records", "self"): Scope(_own, "learner_id"),
    ("lab_records", "organisation"): Scope(_held, "employer_id"),
    ("lab_records", "employed"): Scope(_held, "provider_id"),
    ("lab_records", "group"): Scope(_held, "provider_id", lambda _k, row, _w: row["level"] > 3),
    ("lab_records", "caseload"): Scope(
        _own, says=lambda keys, row, world: _in_caseload(keys, row["id"], world)
    ),
    ("lab_records", "area"): Scope(_held, says=_in_area),
    ("lab_notes", "self"): Scope(_own, "author_id"),
    ("lab_notes", "organisation"): Scope(_held, "organisation_id"),
    ("lab_notes", "caseload"): Scope(_own, says=_hanging_in_caseload),
    ("lab_reviews", "organisation"): Scope(_held, "organisation_id"),
    ("lab_reviews", "employed"): Scope(_held, says=_employed),
    ("lab_reviews", "caseload"): Scope(_own, says=_hanging_in_caseload),
    ("lab_events", "organisation"): Scope(_held, "organisation_id"),
}
"""The rows of each table that a scope means; one that is not here means none."""

Shapes = Mapping[tuple[str, frozenset[str]], object]
STANDING: Mapping[str, Callable[[Shapes, frozenset[str]], bool]] = {
    "owns_no_account": lambda shapes, _: all(
        role != "employer_account.owner" for role, _ in shapes
    ),
    "manages_ilr": lambda _, permissions: "MANAGE_ILR" in permissions,
}
"""Conditions on who asks: settled for all rows at once."""
CONDITIONS_OF_THE_PARENT = frozenset({"terms_accepted", "record_completed"})


def meets(condition: str, table: str, row: Row, world: World) -> bool:
    """Say whether a row meets a condition on the row or on its parent."""
    if condition == "published":
        return bool(row["published"])
    if condition == "terms_accepted":
        organisation = row["id"] if table == "organisations" else row["organisation_id"]
        terms = world.all("lab_terms")
        return any(t["organisation_id"] == organisation and t["accepted"] for t in terms)
    record = row if table == "lab_records" else world.get("lab_records", row["record_id"])
    return record is not None and record["status"] == "COMPLETED"
