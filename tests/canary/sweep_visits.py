"""A visit is seen by those who are let in and who let them in: nobody else's answer changes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import true

from authz.decision import Always
from canary.breaking import decided
from canary.columns import Row, Rows
from canary.crawling import Crawler
from canary.journeys import Traveller
from canary.metamorphic import Question, differences
from canary.planting import new_key
from db.seed.demo.fixed import record_key
from differential.inspected import group_key, opening_key

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUPS = "inspection_group.read", "inspection_group.read_window"


def questions(crawler: Crawler, person: str) -> list[Question]:
    return list(Traveller(crawler, person).maximal())


def with_rows(crawler: Crawler, table: str, rows: list[Row]) -> Rows:
    return {**crawler.rows, table: rows}


def turned(crawler: Crawler, key: str, **columns: int | None) -> Rows:
    """Return the rows with one opening changed."""
    rows = crawler.rows["inspection_openings"]
    assert [row for row in rows if row["id"] == key and row | columns != row]
    changed = [row | columns if row["id"] == key else row for row in rows]
    return with_rows(crawler, "inspection_openings", changed)


def worlds(crawler: Crawler) -> dict[str, Rows]:
    """Return what can become of visits: learners join and leave, openings open and close."""
    june, draft = opening_key("june", 2), opening_key("draft", 1)
    learners = crawler.rows["inspection_learners"]
    inside = [row for row in learners if row["opening_id"] == june]
    assert {row["record_id"] for row in inside} == {record_key(1), record_key(2)}
    joins = inside[0] | {"id": new_key("joins"), "record_id": record_key(4)}
    now, host = crawler.now, crawler.rows["users"][0]["id"]
    return {
        "joins": with_rows(crawler, "inspection_learners", [*learners, joins]),
        "leaves": with_rows(
            crawler, "inspection_learners", [row for row in learners if row not in inside]
        ),
        "opens": turned(
            crawler, draft, opened_at=now, opens_at=now, closes_at=now + 1, host_id=host
        ),
        "closes": turned(crawler, june, closed_at=now),
        "is over": turned(crawler, june, closes_at=now),
    }


@pytest.mark.dealt
async def test_what_is_written_down_of_reads_holds_ids_alone(crawler):
    for person in ("ivy", "art", "sue"):
        before = {row[0] for row in await crawler.world.sql("SELECT id FROM audit_events")}
        for _, document, variables in questions(crawler, person):
            await crawler.ask(person, document, variables)
        rows = await crawler.world.sql("SELECT * FROM audit_events")
        new = [dict(row._mapping) for row in rows if row[0] not in before]  # noqa: SLF001 -- SQLAlchemy's public name for it
        assert {row["decision"] for row in new} == {"ALLOWED"}
        cells = crawler.canaries.found(json.dumps(new))
        assert {cell.column for cell in cells} == {"id"}
        own = {row["id"] for row in crawler.rows["users"] if row["subject"] == person}
        places = {row["id"] for row in crawler.rows["organisations"]}
        seen = {key for _, key in crawler.in_sight(person)} | own | places
        assert {cell.key for cell in cells} <= seen


async def test_a_preview_shows_what_the_inspector_is_shown(crawler):
    """And what is canary in it the superuser may read anyway."""
    document = {name: text for name, text, _ in questions(crawler, "ivy")}["learners"]
    reply = await crawler.ask("ivy", document)
    shown, _ = crawler.shown_openly(reply.response)
    asked = (
        "query ($d: String!, $id: ID!) { inspectionGroup(id: $id) { previewAccess(permissions:"
        " [TRAINEE_ASSESSOR, VIEW_ALL_IN_ASSIGNED_GROUP], channels: [CONSOLE], document: $d) } }"
    )
    group = f"grp_{group_key('june')}"
    reply = await crawler.ask("sue", asked, {"d": document, "id": group})
    previewed, _ = crawler.shown_openly(reply.response)
    assert shown
    assert previewed == shown
    assert previewed <= crawler.readable("sue")


async def test_a_window_that_is_not_asked_is_found(fresh, monkeypatch):
    monkeypatch.setattr("authz.rows.grants.in_force", lambda _: true())
    [document] = [text for name, text, _ in questions(fresh, "ivy") if name == "learners"]
    faults = (await fresh.look("ivy", document)).faults
    assert any(fault.startswith("shows apprentice_records.") for fault in faults)


async def test_a_visit_that_is_told_of_is_found(fresh, monkeypatch):
    for action in GROUPS:
        decided(monkeypatch, action, Always())
    other = worlds(fresh)["closes"]
    assert await differences(fresh, "tina", questions(fresh, "tina"), other) != []
