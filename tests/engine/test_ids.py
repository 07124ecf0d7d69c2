"""Global ids: exactly one spelling belongs to a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import Desk, errors_of
from db.seed.demo.fixed import user_key
from engine import ids
from engine.errors import Refusal

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
prefixes = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=3)
keys = st.text(BASE32, min_size=26, max_size=26)


def decoded(text: str) -> tuple[str, str] | None:
    try:
        return ids.decode(text, "id")
    except Refusal:
        return None


@given(prefixes, keys)
def test_an_id_decodes_to_what_it_was_made_of(prefix, key):
    assert decoded(ids.encode(prefix, key)) == (prefix, key)


@given(st.text())
def test_a_text_decodes_only_if_it_is_what_encode_would_write(text):
    found = decoded(text)
    assert found is None or ids.encode(*found) == text


@given(prefixes, keys, st.data())
def test_no_other_spelling_decodes_to_the_same_row(prefix, key, data):
    text = ids.encode(prefix, key)
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.text(max_size=2))
    dropped = data.draw(st.integers(0, 2))
    other = text[:at] + put + text[at + dropped :]
    assert other == text or decoded(other) != (prefix, key)


OTHERS = [
    "", "usr", "usr_", "_" + "a" * 26, "USR_" + "a" * 26, "usr_" + "A" * 26, "usr_" + "a" * 25,
    "usr_" + "a" * 27, "usr_" + "a" * 25 + "1", "usr-" + "a" * 26, " usr_" + "a" * 26,
    "usr_" + "a" * 26 + "\n", "usr_" + "a" * 26 + "\0", "usr_" + "\u0430" * 26, "usr_" + "\u0967" * 26,
    "us_" + "a" * 26, "user_" + "a" * 26, "dXNyX2Fh", "usr_" + "a" * 26 + "=", "\u017fr_" + "a" * 26,
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_id(text):
    with pytest.raises(Refusal, match="id is not an id that this gateway gave out") as raised:
        ids.decode(text, "id")
    assert raised.value.extensions == {"code": "BAD_USER_INPUT", "input": "id", "reason": "ID"}


def test_the_refusal_names_the_argument_and_the_type():
    assert ids.malformed("id", "User").message == "id is not the id of a User."
    assert ids.malformed("ids[3]").message == "ids[3] is not an id that this gateway gave out."


NODE = "query ($id: ID!) { node(id: $id) { id } }"
USER = "query ($id: ID!) { user(id: $id) { id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_the_api_takes_the_one_spelling_only(desk: Desk, plain):
    mine = "usr_" + user_key("olga")
    for document in (NODE, USER):
        found = await desk.ask("olga", document, {"id": mine}, plain=plain)
        assert next(iter(found.payload["data"].values())) == {"id": mine}
    wrong = [mine.upper(), mine + " ", mine[:-1], mine + "a", "xyz" + mine[3:], "org" + mine[3:]]
    for text in wrong:
        answer = await desk.ask("olga", USER, {"id": text}, plain=plain)
        assert errors_of(answer) == {"user": "BAD_USER_INPUT"}
        assert answer.payload["errors"][0]["extensions"]["reason"] == "ID"
    for text in wrong[:-1]:
        answer = await desk.ask("olga", NODE, {"id": text}, plain=plain)
        assert errors_of(answer) == {"node": "BAD_USER_INPUT"}
    # a wrong type's prefix is well-formed for `node`, and then nobody's
    answer = await desk.ask("olga", NODE, {"id": wrong[-1]}, plain=plain)
    assert errors_of(answer) == {"node": "NOT_FOUND"}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_bad_item_of_a_list_is_null_at_its_place_and_spoils_no_other(desk: Desk, plain):
    mine, hidden = "usr_" + user_key("olga"), "usr_" + "a" * 26
    wrong = [mine.upper(), mine[:-1], "", "xyz" + mine[3:]]
    sent = [mine, wrong[0], hidden, *wrong[1:], mine]
    answer = await desk.ask("olga", NODES, {"ids": sent}, plain=plain)
    here = {"id": mine}
    assert answer.payload["data"] == {"nodes": [here, None, None, None, None, None, here]}
    assert errors_of(answer) == {
        "nodes.1": "BAD_USER_INPUT",
        "nodes.2": "NOT_FOUND",
        "nodes.3": "BAD_USER_INPUT",
        "nodes.4": "BAD_USER_INPUT",
        "nodes.5": "BAD_USER_INPUT",
    }
    told = {tuple(error["path"]): error["extensions"] for error in answer.payload["errors"]}
    for place in (1, 3, 4, 5):
        extensions = told["nodes", place]
        assert extensions["reason"] == "ID"
        assert extensions["input"] == f"ids[{place}]"
        assert extensions["coordinate"] == "Query.nodes"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_page_of_ids_is_answered_and_no_more(desk: Desk, plain):
    mine = "usr_" + user_key("olga")
    full = await desk.ask("olga", NODES, {"ids": [mine] * 100}, plain=plain)
    assert full.payload["data"] == {"nodes": [{"id": mine}] * 100}
    none = await desk.ask("olga", NODES, {"ids": []}, plain=plain)
    assert none.payload["data"] == {"nodes": []}
    over = await desk.ask("olga", NODES, {"ids": [mine] * 101}, plain=plain)
    assert over.payload["data"] == {"nodes": None}
    assert over.payload["errors"][0]["extensions"]["reason"] == "PAGE"
    assert "holds 101 ids" in over.payload["errors"][0]["message"]


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_of_a_list_each_row_that_is_out_of_sight_is_refused_by_itself(desk, plain):
    me = (await desk.ask("olga", "{ me { id } }")).payload["data"]["me"]["id"]
    hidden = "usr_" + "a" * 26
    answer = await desk.ask("olga", NODES, {"ids": [hidden, me, hidden]}, plain=plain)
    assert answer.payload["data"] == {"nodes": [None, {"id": me}, None]}
    assert errors_of(answer) == {"nodes.0": "NOT_FOUND", "nodes.2": "NOT_FOUND"}
