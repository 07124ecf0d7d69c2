"""The whole demo world, written into an empty database."""

from collections.abc import Callable, Iterable

from db import models
from db.base import Base
from db.seed.bulk import filling
from db.seed.demo.accounts import (
    agreement_event_rows,
    agreement_rows,
    invitation_rows,
    legal_entity_rows,
    paye_scheme_rows,
)
from db.seed.demo.assessing import component_rows, end_point_assessment_rows
from db.seed.demo.fixed import Row
from db.seed.demo.learning import evidence_rows, feedback_rows, ilr_rows, training_rows
from db.seed.demo.organisations import employer_account_rows, organisation_rows
from db.seed.demo.people import role_grant_rows, user_rows
from db.seed.demo.records import (
    apprentice_record_rows,
    caseload_item_rows,
    caseload_rows,
    price_episode_rows,
)

# Every table stands behind those it refers to.
_TABLES: tuple[tuple[type[Base], Callable[[], Iterable[Row]]], ...] = (
    (models.Organisation, organisation_rows),
    (models.EmployerAccount, employer_account_rows),
    (models.User, user_rows),
    (models.RoleGrant, role_grant_rows),
    (models.PayeScheme, paye_scheme_rows),
    (models.LegalEntity, legal_entity_rows),
    (models.Agreement, agreement_rows),
    (models.AgreementEvent, agreement_event_rows),
    (models.Invitation, invitation_rows),
    (models.ApprenticeRecord, apprentice_record_rows),
    (models.Caseload, caseload_rows),
    (models.CaseloadItem, caseload_item_rows),
    (models.PriceEpisode, price_episode_rows),
    (models.Training, training_rows),
    (models.Evidence, evidence_rows),
    (models.Feedback, feedback_rows),
    (models.EndPointAssessment, end_point_assessment_rows),
    (models.AssessmentComponent, component_rows),
    (models.Ilr, ilr_rows),
)


async def seed_demo(url: str) -> None:
    """Migrate the database and write the demo world; one that holds rows raises NotEmpty."""
    async with filling(url) as filler:
        for model, rows in _TABLES:
            await filler.write(model, rows())
