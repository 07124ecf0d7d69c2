"""Apprentice records: of one record each party sees its own groups of fields."""

from __future__ import annotations

from datetime import date

from db import models
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.declare.orders import order_input
from engine.kinds import allowed_actions, card, facet, field, many, none_of, one, shown
from resolvers.apprentice_records.enums import ApprenticeshipStatus, CaseloadKind, DeliveryModel
from schema.apprentice_records.assessments import EndPointAssessment
from schema.apprentice_records.ilrs import Ilr
from schema.apprentice_records.training import Training
from schema.cards import OrganisationCard
from schema.declare import entity
from schema.people.users import User
from schema.policy.enums import Action

_READ = "apprentice_record.read"
_IDENTITY = "apprentice_record.read_identity"
_COMMITMENT = "apprentice_record.read_commitment"
_FUNDING = "apprentice_record.read_funding"
_SEARCH = "apprentice_record.search"
_DETAILS = "apprentice_record.search_details"
_PENCE = "In pence."


@entity(models.CaseloadItem, read="apprentice_record.read_assignees")
class Assignee:
    """Somebody of your own side whom a record is assigned to."""

    kind: CaseloadKind | None = field()
    initials: str | None = shown(on="owner_id", of=models.User, column="initials")
    avatar: str | None = shown(
        on="owner_id",
        of=models.User,
        column="avatar",
        description="The profile picture as a data: URI, where there is one.",
    )


@entity(models.PriceEpisode, read=_FUNDING)
class PriceEpisode:
    """The price that was agreed from a day on."""

    from_date: date | None = field()
    to_date: date | None = field(description="The last day of it, if another was agreed since.")
    cost: int | None = field(column="cost_pence", description=_PENCE)
    training_price: int | None = field(column="training_price_pence", description=_PENCE)
    end_point_assessment_price: int | None = field(
        column="assessment_price_pence", description=_PENCE
    )


@entity(models.ApprenticeRecord, read=_READ, prefix="rec")
class ApprenticeRecord(Node):
    """An apprentice with an employer and a training provider, perhaps with an EPAO."""

    first_name: str | None = field()
    last_name: str | None = field(
        filter=True,
        sort=True,
        search=_SEARCH,
        folded="last_name_sort",
        description="Rows are found by it with the first name behind it.",
    )
    uln: str | None = field(filter=True, search=_SEARCH, description="Unique learner number.")
    email: str | None = field(_IDENTITY, filter=True, search=_DETAILS, watched=True)
    date_of_birth: date | None = field(_IDENTITY, filter=True, search=_DETAILS, watched=True)
    apprentice: User | None = one("user.read", on="apprentice_id")

    reference: str | None = field(_COMMITMENT, filter=True, search=_DETAILS)
    standard_code: str | None = field(_COMMITMENT, filter=True, search=_DETAILS)
    standard_title: str | None = field(_COMMITMENT)
    standard_version: str | None = field(_COMMITMENT)
    standard_option: str | None = field(_COMMITMENT)
    delivery_model: DeliveryModel | None = field(_COMMITMENT, filter=True, search=_DETAILS)
    status: ApprenticeshipStatus | None = field(_COMMITMENT, filter=True, search=_DETAILS)
    start_date: date | None = field(_COMMITMENT, filter=True, sort=True, search=_DETAILS)
    end_date: date | None = field(_COMMITMENT, filter=True, sort=True, search=_DETAILS)
    pause_date: date | None = field(_COMMITMENT)
    stop_date: date | None = field(_COMMITMENT)
    completion_date: date | None = field(_COMMITMENT)
    employer: OrganisationCard | None = card(_COMMITMENT, on="employer_id", of=models.Organisation)
    provider: OrganisationCard | None = card(_COMMITMENT, on="provider_id", of=models.Organisation)
    epao: OrganisationCard | None = card(
        _COMMITMENT,
        on="epao_id",
        of=models.Organisation,
        description="The end-point assessment organisation, once there is one.",
    )

    cost: int | None = field(
        _FUNDING, column="cost_pence", filter=True, sort=True, search=_DETAILS, description=_PENCE
    )
    training_price: int | None = field(_FUNDING, column="training_price_pence", description=_PENCE)
    end_point_assessment_price: int | None = field(
        _FUNDING, column="assessment_price_pence", description=_PENCE
    )
    price_history: list[PriceEpisode] | None = many(
        _FUNDING, by="record_id", order=("from_date",), part=True
    )

    training: Training | None = facet(
        "apprentice_record.read_training", by="record_id", part=True, watched=True
    )
    epa: EndPointAssessment | None = facet(
        "apprentice_record.read_epa",
        by="record_id",
        part=True,
        description="The end-point assessment, once there is one.",
    )

    ilr: Ilr | None = facet(
        "apprentice_record.read_ilr",
        by="record_id",
        part=True,
        watched=True,
        description="The Individualised Learner Record; whoever is shown it is written down.",
    )

    assignees: list[Assignee] | None = many(
        "apprentice_record.read_assignees",
        by="record_id",
        order=("kind",),
        part=True,
        description="Whom the record is assigned to, of your own side.",
    )
    unassigned: bool | None = none_of(
        "apprentice_record.read_assignees",
        "assignees",
        search="apprentice_record.search_unassigned",
        description="Whether nobody of your own side is assigned.",
    )
    allowed_actions: list[Action] | None = allowed_actions(_READ)


ApprenticeRecordFilter = filter_input(ApprenticeRecord)
ApprenticeRecordOrder = order_input(ApprenticeRecord)
