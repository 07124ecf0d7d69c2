"""What the scopes of the published matrices mean for the rows of each subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, select

from authz.rows.grants import ALL_LEARNERS, INSPECTOR
from authz.rows.scopes import (
    Binding,
    Part,
    Scopes,
    caller,
    held,
    loads,
    opened,
    own_organisations,
    shown,
    shown_whole,
)
from db.drivers.statements import aliased, one_of
from db.models import (
    Agreement,
    AgreementEvent,
    ApprenticeRecord,
    AssessmentComponent,
    Caseload,
    CaseloadItem,
    EmployerAccount,
    EndPointAssessment,
    Evidence,
    Feedback,
    Ilr,
    InspectionGroup,
    InspectionLearner,
    InspectionOpening,
    Invitation,
    LegalEntity,
    Organisation,
    PayeScheme,
    PriceEpisode,
    RoleGrant,
    Training,
    User,
)
from db.states import not_ended, running

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

    from authz.rows.scopes import Predicate, Sides
    from db.base import Base


def _current_team(grants: FromClause) -> ColumnElement[bool]:
    return and_(grants.c.system == "employer_account", not_ended(grants))


def _team_members(parameter: str) -> Select[*tuple[Any, ...]]:
    grants = aliased(RoleGrant.__table__, "team")
    return select(grants.c.user_id).where(
        one_of(grants.c.organisation_id, parameter), _current_team(grants)
    )


def _staff(parameter: str) -> Select[*tuple[Any, ...]]:
    """Return whoever holds a role at an organisation, with an account already or not.

    An inspector is no staff: only who keeps the accounts of inspectors knows of one (I16, F07).
    """
    grants = aliased(RoleGrant.__table__, "staff")
    return select(grants.c.user_id).where(
        one_of(grants.c.organisation_id, parameter), grants.c.role != INSPECTOR, not_ended(grants)
    )


def _assignable(grants: FromClause) -> ColumnElement[bool]:
    """Return whether a grant lets an ACTIVE person be assigned records (I18), once for each kind.

    Of two grants that do so for the same kind the first by id stands for the person.
    """
    people, other = aliased(User.__table__, "person"), aliased(RoleGrant.__table__, "other")
    places = aliased(Organisation.__table__, "place")
    kind = case((grants.c.caseload_kind == "ASSESSOR", "EPAO"), else_="TRAINING_PROVIDER")
    fits = exists().where(places.c.id == grants.c.organisation_id, places.c.kind == kind)
    active = exists().where(people.c.id == grants.c.user_id, people.c.status == "ACTIVE")
    same = exists().where(
        other.c.user_id == grants.c.user_id,
        other.c.organisation_id == grants.c.organisation_id,
        other.c.caseload_kind == grants.c.caseload_kind,
        other.c.id < grants.c.id,
        running(other),
    )
    return and_(grants.c.caseload_kind.is_not(None), running(grants), active, fits, ~same)


def _caseload(parameter: str) -> Select[*tuple[Any, ...]]:
    """Return the records of caseloads that are still of the organisation that assigned them."""
    items, records = (
        aliased(CaseloadItem.__table__, "item"),
        aliased(ApprenticeRecord.__table__, "of"),
    )
    side = case((items.c.kind == "ASSESSOR", records.c.epao_id), else_=records.c.provider_id)
    joined = select(items.c.record_id).join(records, records.c.id == items.c.record_id)
    return joined.where(one_of(items.c.caseload_id, parameter), side == items.c.organisation_id)


def _learners(parameter: str) -> Select[*tuple[Any, ...]]:
    """Return the learners of openings that are still the provider's that opened them."""
    learners = aliased(InspectionLearner.__table__, "learner")
    records = aliased(ApprenticeRecord.__table__, "of")
    joined = select(learners.c.record_id).join(records, records.c.id == learners.c.record_id)
    return joined.where(
        one_of(learners.c.opening_id, parameter),
        records.c.provider_id == learners.c.organisation_id,
    )


def _groups(parameter: str) -> Select[*tuple[Any, ...]]:
    openings = aliased(InspectionOpening.__table__, "opening")
    return select(openings.c.group_id).where(one_of(openings.c.id, parameter))


def _of_inspector(grants: FromClause) -> ColumnElement[bool]:
    """Return whether a grant is an inspector's; one that is archived is still told of (F12)."""
    return grants.c.role == INSPECTOR


def _verified(ilrs: FromClause) -> ColumnElement[bool]:
    return ilrs.c.qa_verified_at.is_not(None)


def _verified_ilr(records: FromClause) -> ColumnElement[bool]:
    ilrs = aliased(Ilr.__table__, "ilr")
    return exists().where(ilrs.c.record_id == records.c.id, _verified(ilrs))


def _by_side(account: Binding, staff: Binding) -> Sides:
    """Return a scope that means one thing for an employer's account, another for the rest."""
    return {"EMPLOYER": account, "TRAINING_PROVIDER": staff, "EPAO": staff}


_ORGANISATION_ID = Binding(held, "organisation_id")

_BINDINGS: dict[tuple[type[Base], str], Binding | Sides] = {
    (Organisation, "organisation"): Binding(held, "id"),
    (Organisation, "self"): Binding(own_organisations, "id"),
    (User, "self"): Binding(caller, "id"),
    (User, "organisation"): _by_side(Binding(held, ids=_team_members), Binding(held, ids=_staff)),
    (RoleGrant, "self"): Binding(caller, "user_id", not_ended),
    (RoleGrant, "organisation"): {
        "inspection_access.superuser": Binding(held, "organisation_id", _of_inspector),
        **_by_side(
            Binding(held, "organisation_id", _current_team),
            Binding(held, "organisation_id", _assignable),
        ),
    },
    (EmployerAccount, "organisation"): _ORGANISATION_ID,
    (PayeScheme, "organisation"): _ORGANISATION_ID,
    (LegalEntity, "organisation"): _ORGANISATION_ID,
    (Agreement, "organisation"): _ORGANISATION_ID,
    (AgreementEvent, "organisation"): _ORGANISATION_ID,
    (Invitation, "organisation"): _ORGANISATION_ID,
    (ApprenticeRecord, "organisation"): {
        "EMPLOYER": Binding(held, "employer_id"),
        "TRAINING_PROVIDER": Binding(held, "provider_id"),
        "EPAO": Binding(held, "epao_id", optional=True),
    },
    (ApprenticeRecord, "caseload"): Binding(loads, ids=_caseload),
    (ApprenticeRecord, "group"): {
        ALL_LEARNERS: Binding(shown_whole, "provider_id"),
        "inspection_access.inspector": Binding(shown, ids=_learners),
    },
    (InspectionGroup, "organisation"): _ORGANISATION_ID,
    (InspectionGroup, "group"): Binding(opened, ids=_groups),
    (InspectionOpening, "organisation"): _ORGANISATION_ID,
    (InspectionOpening, "group"): Binding(opened, "id"),
    (InspectionLearner, "organisation"): _ORGANISATION_ID,
    (Caseload, "organisation"): _ORGANISATION_ID,
    (Caseload, "caseload"): Binding(loads, "id"),
    (CaseloadItem, "organisation"): _ORGANISATION_ID,
    (CaseloadItem, "caseload"): Binding(loads, "caseload_id"),
}

_PARTS: dict[type[Base], Part] = {
    part: Part(ApprenticeRecord, "record_id")
    for part in (
        AssessmentComponent,
        EndPointAssessment,
        Evidence,
        Feedback,
        Ilr,
        PriceEpisode,
        Training,
    )
}

_CONDITIONS: dict[tuple[type[Base], str], Predicate] = {
    (ApprenticeRecord, "verified_ilr_in_classic"): _verified_ilr,
    (Ilr, "verified_ilr_in_classic"): _verified,
}

_HOMES: dict[type[Base], str] = {Organisation: "id", ApprenticeRecord: "provider_id"}

SCOPES = Scopes(_BINDINGS, _CONDITIONS, _PARTS, _HOMES)
"""What the scopes of the published matrices mean."""
