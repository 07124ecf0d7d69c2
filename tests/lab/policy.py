"""The lab's policy: its own matrices, conditions of every kind, and what scopes mean for its rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import exists, select

from authz.conditions import Condition
from authz.policy import Policy
from authz.rows.scopes import Binding, Scopes, caller, held, own_organisations
from db.drivers.statements import aliased, one_of
from db.models import Organisation, User
from lab.model import (
    LabArea,
    LabCaseloadItem,
    LabEvent,
    LabNote,
    LabRecord,
    LabReview,
    LabTerms,
)

MATRICES = Path(__file__).parent / "matrices"
HIGHER = 4
"""The lowest of the levels that provider users see."""


def _owns_no_account(fingerprint):
    return all(shape.role != "employer_account.owner" for shape in fingerprint)


def _manages_ilr(fingerprint):
    return all("MANAGE_ILR" in shape.attributes for shape in fingerprint)


CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition("owns_no_account", "principal", "Not for owners", "A14", _owns_no_account),
        Condition("manages_ilr", "grant", "Where the grant says so", "A14", _manages_ilr),
        Condition(
            "terms_accepted", "parent", "Where the terms are accepted", "A14", reason="TERMS"
        ),
        Condition(
            "record_completed", "parent", "For completed records only", "A14", reason="INCOMPLETE"
        ),
        Condition("completed", "row", "Once the record is completed", "A14", reason="INCOMPLETE"),
        Condition("published", "row", "Published ones only", "A14", reason="UNPUBLISHED"),
    )
}


def _area(parameter):
    areas = aliased(LabArea.__table__, "area")
    records = aliased(LabRecord.__table__, "located")
    return (
        select(records.c.id)
        .join(areas, areas.c.region == records.c.region)
        .where(one_of(areas.c.organisation_id, parameter))
    )


def _caseload(parameter):
    items = aliased(LabCaseloadItem.__table__, "item")
    return select(items.c.record_id).where(one_of(items.c.owner_id, parameter))


def _of_caseload(model):
    """Return the scope of the rows that hang on a record of the caller's caseload."""

    def ids(parameter):
        rows = aliased(model.__table__, "hanging")
        items = aliased(LabCaseloadItem.__table__, "item")
        joined = select(rows.c.id).join(items, items.c.record_id == rows.c.record_id)
        return joined.where(one_of(items.c.owner_id, parameter))

    return ids


def _learners_of_employers(parameter):
    records = aliased(LabRecord.__table__, "taken")
    return select(records.c.learner_id).where(one_of(records.c.employer_id, parameter))


def _learners_of_caseload(parameter):
    records = aliased(LabRecord.__table__, "taken")
    items = aliased(LabCaseloadItem.__table__, "item")
    joined = select(records.c.learner_id).join(items, items.c.record_id == records.c.id)
    return joined.where(one_of(items.c.owner_id, parameter))


def _reviews_of_employers(parameter):
    reviews = aliased(LabReview.__table__, "given")
    records = aliased(LabRecord.__table__, "taken")
    joined = select(reviews.c.id).join(records, records.c.id == reviews.c.record_id)
    return joined.where(one_of(records.c.employer_id, parameter))


def _terms_accepted(column):
    def says(table):
        terms = aliased(LabTerms.__table__, "terms")
        return exists().where(terms.c.organisation_id == table.c[column], terms.c.accepted)

    return says


def _record_completed(reviews):
    records = aliased(LabRecord.__table__, "reviewed")
    return exists().where(records.c.id == reviews.c.record_id, records.c.status == "COMPLETED")


SCOPES = Scopes(
    {
        (Organisation, "organisation"): Binding(held, "id"),
        (Organisation, "self"): Binding(own_organisations, "id"),
        (User, "self"): Binding(caller, "id"),
        (User, "organisation"): Binding(held, ids=_learners_of_employers),
        (User, "caseload"): Binding(caller, ids=_learners_of_caseload),
        (LabRecord, "self"): Binding(caller, "learner_id"),
        (LabRecord, "organisation"): Binding(held, "employer_id"),
        (LabRecord, "employed"): Binding(held, "provider_id"),
        (LabRecord, "group"): Binding(held, "provider_id", lambda t: t.c.level >= HIGHER),
        (LabRecord, "caseload"): Binding(caller, ids=_caseload),
        (LabRecord, "area"): Binding(held, ids=_area),
        (LabNote, "self"): Binding(caller, "author_id"),
        (LabNote, "organisation"): Binding(held, "organisation_id"),
        (LabNote, "caseload"): Binding(caller, ids=_of_caseload(LabNote)),
        (LabReview, "organisation"): Binding(held, "organisation_id"),
        (LabReview, "employed"): Binding(held, ids=_reviews_of_employers),
        (LabReview, "caseload"): Binding(caller, ids=_of_caseload(LabReview)),
        (LabEvent, "organisation"): Binding(held, "organisation_id"),
    },
    {
        (LabRecord, "completed"): lambda records: records.c.status == "COMPLETED",
        (LabNote, "published"): lambda notes: notes.c.published,
        (LabRecord, "record_completed"): lambda records: records.c.status == "COMPLETED",
        (LabReview, "record_completed"): _record_completed,
        (Organisation, "terms_accepted"): _terms_accepted("id"),
        (LabEvent, "terms_accepted"): _terms_accepted("organisation_id"),
    },
)


@cache
def lab_policy() -> Policy:
    """The lab's matrices, read once a process."""
    return Policy.load(MATRICES, CONDITIONS)
