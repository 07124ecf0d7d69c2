"""Values let out on purpose, by every way there is beside the data: the crawl finds each."""

from __future__ import annotations

from canary.acts import Actor
from canary.breaking import attempted, faults, strangers_cell, value_of
from commands.tables import tables_of
from engine.cursors import CursorSealer
from engine.declare.change import Change
from server.documents import agreements
from server.http.replies import Reply
from server.logs import LOGGER


async def test_a_line_of_the_log_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "users", "name")
    seal = CursorSealer.seal

    def telling(*given):
        LOGGER.debug("page", extra={"fields": {"at": value_of(fresh, cell)}})
        return seal(*given)

    monkeypatch.setattr(CursorSealer, "seal", telling)
    assert await faults(fresh, "olga") == []
    assert fresh.logged() != []


async def test_a_header_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "users", "name")
    send = Reply.send
    monkeypatch.setattr(
        Reply,
        "send",
        lambda reply, to, more=None: send(
            reply, to, {**(more or {}), "x-row": value_of(fresh, cell)}
        ),
    )
    assert f"a header shows {cell}" in await faults(fresh, "olga")


async def test_a_cursor_that_holds_another_row_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "users", "name")
    seal = CursorSealer.seal
    monkeypatch.setattr(
        CursorSealer,
        "seal",
        lambda sealer, position, *rest: seal(sealer, (*position, value_of(fresh, cell)), *rest),
    )
    assert any(f"{cell} in the cursor" in fault for fault in await faults(fresh, "olga"))


async def test_an_error_that_says_too_much_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "organisations", "name")
    monkeypatch.setattr(
        "server.http.endpoint.masked",
        lambda payload, _: (
            payload | ({"hint": value_of(fresh, cell)} if "errors" in payload else {})
        ),
    )
    assert f"shows {cell}" in await faults(fresh, "olga")


async def test_a_refused_mutation_that_says_too_much_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "vera", "organisations", "name")
    monkeypatch.setattr(
        "server.http.endpoint.masked",
        lambda payload, _: {**payload, "hint": value_of(fresh, cell)},
    )
    async with tables_of(fresh.world) as tables:
        actor = Actor(fresh, "vera", tables)
        attempt = next(a for a in actor.attempts() if a.field == "renameAccount")
        assert await actor.faults(attempt) == [f"refused, it shows {cell}"]


async def test_a_payload_that_says_too_much_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "organisations", "name")
    monkeypatch.setattr(
        "server.http.endpoint.masked", lambda payload, _: {**payload, "hint": value_of(fresh, cell)}
    )
    assert f"its payload shows {cell}" in await attempted(fresh, "olga", "renameAccount")


async def test_a_mail_that_says_too_much_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "organisations", "name")
    mail = Change.mail
    monkeypatch.setattr(
        Change,
        "mail",
        lambda change, kind, to, subject, body: mail(
            change, kind, to, subject, f"{body}{value_of(fresh, cell)}\n"
        ),
    )
    assert f"a mail shows {cell}" in await attempted(fresh, "olga", "inviteUser")


async def test_a_document_that_says_too_much_is_found(fresh, monkeypatch):
    cell = strangers_cell(fresh, "olga", "organisations", "name")
    made = agreements.filled
    monkeypatch.setattr(
        agreements,
        "filled",
        lambda page, **values: made(page, **{**values, "account": value_of(fresh, cell)}),
    )
    assert await faults(fresh, "olga") == []
    [(link, key), *_] = fresh.links["olga"].items()
    _, found = await fresh.open_link("olga", link, key)
    assert f"shows {cell}" in found
