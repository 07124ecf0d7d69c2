"""Cursors: one spelling, one list, one caller; a key can be rotated."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import KEY, Desk, errors_of
from engine.cursors import CursorSealer
from engine.errors import Refusal

OLD, NEW = bytes(64), bytes(range(32))
PLACE = "Query.users\nname_sort,id\nolga"
POSITION = ("olga", "a" * 26)


def refused(sealer: CursorSealer, cursor: str, binding: str = PLACE, width: int = 2) -> bool:
    try:
        sealer.open(cursor, binding, {width}, "after")
    except Refusal as refusal:
        told = refusal.extensions
    else:
        return False
    return told == {"code": "BAD_USER_INPUT", "input": "after", "reason": "CURSOR"}


positions = st.lists(st.text(max_size=8) | st.integers(-(2**53), 2**53), min_size=1, max_size=3)


@given(
    positions.filter(lambda p: all(not isinstance(x, str) or x.isascii() for x in p)),
    st.text("ab\n", max_size=9),
)
def test_what_is_sealed_opens_and_always_reads_the_same(position, binding):
    sealer = CursorSealer([KEY])
    cursor = sealer.seal(tuple(position), binding)
    assert cursor == CursorSealer([KEY]).seal(tuple(position), binding)
    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")
    assert sealer.open(cursor, binding, {len(position)}, "after") == tuple(position)


def test_it_opens_for_its_own_list_and_caller_only():
    sealer = CursorSealer([KEY])
    cursor = sealer.seal(POSITION, PLACE)
    assert not refused(sealer, cursor)
    for other in (
        PLACE.replace("olga", "otis"),
        PLACE.replace("Query.users", "Query.organisations"),
        PLACE.replace("name_sort,id", "id"),
        PLACE + "\n",
        "",
    ):
        assert refused(sealer, cursor, other)
    assert refused(sealer, cursor, width=1)
    assert refused(sealer, cursor, width=3)


def test_every_other_spelling_is_refused():
    sealer = CursorSealer([KEY])
    cursor = sealer.seal(POSITION, PLACE)
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    standard = base64.b64encode(raw).decode()
    assert standard.rstrip("=") != cursor  # this one has a letter that the alphabets differ in
    spellings = [
        standard,
        standard.rstrip("="),
        cursor + "=",
        cursor + "==",
        cursor + "\n",
        " " + cursor,
        cursor[:5] + "\n" + cursor[5:],
        cursor + "A",
        cursor[:-1],
        cursor[1:],
        cursor.swapcase(),
        cursor + "é",
        "",
        "A",
        "=",
        "AAAA",
        "A" * 22,
    ]
    assert [s for s in spellings if not refused(sealer, s)] == []


@given(st.data())
def test_a_changed_letter_never_opens(data):
    sealer = CursorSealer([KEY])
    cursor = sealer.seal(POSITION, PLACE)
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_"))
    changed = cursor[:at] + letter + cursor[at + 1 :]
    assert changed == cursor or refused(sealer, changed)


@given(st.text(max_size=60))
def test_nothing_made_by_others_opens(text):
    assert refused(CursorSealer([KEY]), text)


def test_keys_rotate():
    """The first key seals; the second still opens; one that is gone does not."""
    before, between, after = CursorSealer([OLD]), CursorSealer([NEW, OLD]), CursorSealer([NEW])
    old, new = before.seal(POSITION, PLACE), after.seal(POSITION, PLACE)
    assert between.seal(POSITION, PLACE) == new != old
    assert (
        between.open(old, PLACE, {2}, "after") == between.open(new, PLACE, {2}, "after") == POSITION
    )
    assert refused(after, old)
    assert refused(before, new)


def test_a_key_is_needed():
    with pytest.raises(ValueError, match="At least one cursor key"):
        CursorSealer([])
    with pytest.raises(ValueError, match="key"):
        CursorSealer([b"short"])


PAGE = "query ($after: String) { users(first: 2, after: $after) { pageInfo { endCursor } nodes { name } } }"
TEAM = "query ($after: String) { organisations(first: 1) { nodes { account { team(first: 1, after: $after) { pageInfo { endCursor } } } } } }"
BACK = "query ($before: String) { users(last: 1, before: $before) { nodes { name } pageInfo { hasPreviousPage } } }"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_cursor_of_an_answer_belongs_to_its_list_and_caller(desk: Desk, plain):
    first = await desk.ask("olga", PAGE, plain=plain)
    page = first.payload["data"]["users"]
    cursor = page["pageInfo"]["endCursor"]
    mine = await desk.ask("olga", PAGE, {"after": cursor}, plain=plain)
    assert "errors" not in mine.payload
    assert mine.payload["data"]["users"]["nodes"] != page["nodes"]
    back = await desk.ask("olga", BACK, {"before": cursor}, plain=plain)
    assert back.payload["data"]["users"]["nodes"] == page["nodes"][:1]
    colleague = await desk.ask("otis", PAGE, {"after": cursor}, plain=plain)
    assert errors_of(colleague) == {"users": "BAD_USER_INPUT"}
    assert colleague.payload["errors"][0]["extensions"]["reason"] == "CURSOR"
    elsewhere = await desk.ask("olga", TEAM, {"after": cursor}, plain=plain)
    assert errors_of(elsewhere) == {"organisations.nodes.0.account.team": "BAD_USER_INPUT"}


async def test_both_paths_give_the_same_cursors_and_rotation_keeps_them(database):
    old, new = Desk(database, keys=(OLD,)), Desk(database, keys=(NEW, OLD))
    given_out = [(await old.ask("olga", PAGE, plain=plain)).payload for plain in (False, True)]
    assert given_out[0] == given_out[1]
    after = {"after": given_out[0]["data"]["users"]["pageInfo"]["endCursor"]}
    kept = await new.ask("olga", PAGE, after)
    assert kept.payload["data"]["users"]["nodes"]
    assert (await old.ask("olga", PAGE, after)).payload["data"]["users"]["nodes"] == kept.payload[
        "data"
    ]["users"]["nodes"]
    fresh = {"after": kept.payload["data"]["users"]["pageInfo"]["endCursor"]}
    assert errors_of(await old.ask("olga", PAGE, fresh)) == {"users": "BAD_USER_INPUT"}
