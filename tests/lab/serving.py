"""The lab in a copy of the demo world, served by the real application, or asked without HTTP."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from asking import Desk
from db.drivers.database import Database, sqlalchemy_url
from db.models import RoleGrant
from lab import rows
from lab.model import (
    LabArea,
    LabBase,
    LabCaseloadItem,
    LabEvent,
    LabNote,
    LabRecord,
    LabReview,
    LabTerms,
    LabVault,
)
from lab.policy import SCOPES, lab_policy
from lab.schema import lab_schema
from server.domain import Domain
from worlds import World

TABLES = (
    (RoleGrant, rows.grant_rows),
    (LabVault, rows.vault_rows),
    (LabRecord, rows.record_rows),
    (LabCaseloadItem, rows.caseload_rows),
    (LabArea, rows.area_rows),
    (LabTerms, rows.terms_rows),
    (LabNote, rows.note_rows),
    (LabReview, rows.review_rows),
    (LabEvent, rows.event_rows),
)


@cache
def lab_domain() -> Domain:
    """What `create_app` serves instead of Fieldgate's own; every action of the lab is used."""
    return Domain(lab_schema(), lab_policy(), SCOPES, {})


async def build_lab(url: str) -> None:
    """Make the lab's tables in a copy of the demo world, and fill them."""
    engine = create_async_engine(sqlalchemy_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(LabBase.metadata.create_all)
            for model, of in TABLES:
                await connection.execute(insert(model), [*of()])
    finally:
        await engine.dispose()


def lab_world(kind: str, url: str, folder: Path) -> World:
    """A world whose application serves the lab."""
    return World(kind, url, folder, domain=lab_domain())


def lab_desk(database: Database) -> Desk:
    """An engine over the lab, without HTTP in front."""
    return Desk(database, lab_schema(), lab_policy(), SCOPES)
