"""Views: a withheld position is null with an error of its exact path, however objects are shared."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from graphql import parse

from asking import Desk, errors_of
from engine.errors import Refusal, Withheld
from engine.execution.guards import Conditional, Mask
from engine.execution.hints import Tally, merged
from engine.execution.results import positions, withheld_errors
from engine.execution.views import View, withheld_of
from engine.limits import Limits
from engine.values import UnknownValueError

NO = Withheld("FORBIDDEN", "no", "User.email", {"action": "user.read_contact"})
UNMET = [Withheld("PRECONDITION", "not yet", "User.email", {"condition": c}) for c in "ab"]


def paths(errors: list[dict[str, object]]) -> list[list[str | int]]:
    return [error["path"] for error in errors]


def test_a_value_is_taken_out_and_named():
    data = {"me": {"email": NO, "name": "Olga"}, "free": NO}
    errors = withheld_errors(data, {"me": {"email": None}}, 10)
    assert errors == [
        {
            "message": "no",
            "path": ["me", "email"],
            "extensions": {
                "code": "FORBIDDEN",
                "coordinate": "User.email",
                "action": "user.read_contact",
            },
        }
    ]
    assert data["me"] == {"email": None, "name": "Olga"}
    assert data["free"] is NO  # where nothing can be withheld, nothing is looked at


def test_shared_objects_keep_an_error_for_each_position():
    child = {"email": NO}
    row = {"user": child}
    data = {"a": [row, row], "b": child, "c": [[child], []]}
    marks = {"a": {"user": {"email": None}}, "b": {"email": None}, "c": {"email": None}}
    errors = withheld_errors(data, marks, 10)
    assert paths(errors) == [
        ["a", 0, "user", "email"],
        ["a", 1, "user", "email"],
        ["b", "email"],
        ["c", 0, 0, "email"],
    ]
    assert child == {"email": None}
    assert data["c"] == [[child], []]


def test_items_of_a_list_can_be_withheld_themselves():
    data = {"nodes": [NO, {"id": 1}, None, NO]}
    assert paths(withheld_errors(data, {"nodes": None}, 10)) == [["nodes", 0], ["nodes", 3]]
    assert data == {"nodes": [None, {"id": 1}, None, None]}


def test_nothing_is_withheld_of_nothing():
    data = {"nodes": [], "me": None, "other": {"x": 1}}
    marks = {"nodes": {"id": None}, "me": {"id": None}, "other": {"y": None}}
    assert withheld_errors(data, marks, 10) == []
    assert data == {"nodes": [], "me": None, "other": {"x": 1}}


@pytest.mark.parametrize(("there", "limit", "found"), [(3, 3, 3), (4, 3, 4), (50, 3, 4)])
def test_one_more_than_the_limit_is_enough_to_know(there, limit, found):
    data = {"list": [{"email": NO} for _ in range(there)]}
    assert len(withheld_errors(data, {"list": {"email": None}}, limit)) == found


def test_the_error_stands_where_the_field_does():
    field = parse("{\n  me { email } }").definitions[0].selection_set.selections[0]
    assert Withheld("FORBIDDEN", "no", "x", {}, field).at(("me",))["locations"] == [
        {"line": 2, "column": 3}
    ]
    bare = parse("{ me }", no_location=True).definitions[0].selection_set.selections[0]
    assert "locations" not in Withheld("FORBIDDEN", "no", "x", {}, bare).at(("me",))


def test_a_refusal_becomes_what_stands_in_its_place():
    refusal = Refusal(
        "BAD_USER_INPUT", "not so", input="first", reason="PAGE", other=None, coordinate="?"
    )
    held = withheld_of(refusal, "Query.users", None)
    assert (held.code, held.message, held.coordinate) == ("BAD_USER_INPUT", "not so", "Query.users")
    assert held.details == {"input": "first", "reason": "PAGE"}


@pytest.mark.parametrize(
    ("paths", "opens"), [((), False), ((0,), False), ((1,), True), ((0, 1), True)]
)
def test_a_masked_cell_is_opened_by_any_of_its_paths(paths, opens):
    mask = Mask(paths, (), NO)
    assert mask.opens((0, 1)) is opens
    assert mask.refusal((0, 1)) is (None if opens else NO)


# Places of a row: a path without a condition, then two with one, each before its condition.
OUTCOMES = {
    "nothing reaches": ((0, 0, 1, 0, 1), NO),
    "the path reaches": ((1, 0, 0, 0, 0), None),
    "the first condition holds": ((0, 1, 1, 0, 0), None),
    "the second condition holds": ((0, 1, 0, 1, 1), None),
    "the condition fails": ((0, 0, 0, 1, 0), UNMET[1]),
    "a condition that is unknown fails": ((0, 0, 0, 1, None), UNMET[1]),
    "both fail and the first is named": ((0, 1, 0, 1, 0), UNMET[0]),
    "the path reaches where a condition fails": ((1, 1, 0, 0, 0), None),
}


@pytest.mark.parametrize(("row", "refusal"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_path_opens_only_where_its_own_condition_holds(row, refusal):
    mask = Mask((0,), (Conditional(1, 2, UNMET[0]), Conditional(3, 4, UNMET[1])), NO)
    assert mask.refusal(row) is refusal
    assert mask.opens(row) is (refusal is None)


def known(value: str) -> str:
    if value == "?":
        raise UnknownValueError
    return value.upper()


async def test_a_view_builds_rows_in_the_order_of_its_entries():
    view, lost = View(), Withheld("INTERNAL_SERVER_ERROR", "lost", "User.name")
    run = SimpleNamespace(tally=Tally())
    view.constant("kind", "User")
    view.cell("name", 0, known, lost)
    view.masked("email", 1, known, Mask((2,), (), NO), lost)
    view.constant("status", NO)
    rows = await view.build(
        [("olga", "o@x", 1), ("?", "p@x", 0), ("otis", "?", 1), ("ot", "?", 0)], run
    )
    assert [list(row) for row in rows] == [["kind", "name", "email", "status"]] * 4
    assert rows[0] == {"kind": "User", "name": "OLGA", "email": "O@X", "status": NO}
    assert (rows[1]["name"], rows[1]["email"]) == (lost, NO)
    assert (rows[2]["name"], rows[2]["email"]) == ("OTIS", lost)
    assert rows[3]["email"] is NO  # a value that is withheld is not looked at
    assert set(view.marks) >= {"email", "status"}
    assert run.tally == Tally(4 * 4, opaque=True)  # each row with name, e-mail and status
    assert await view.build([], run) == []
    assert await View().build([(1,), (2,)], run) == [{}, {}]


MERGES = [
    ([], {}),
    ([{"a": None}, {"a": None}], {"a": None}),
    ([{"a": None}, {"a": {"b": None}}], {"a": {"b": None}}),
    ([{"a": {"b": None}}, {"a": None}], {"a": {"b": None}}),
    ([{"a": {"b": None}}, {"a": {"c": None}, "d": None}], {"a": {"b": None, "c": None}, "d": None}),
]


def test_all_is_counted_where_values_have_several_shapes():
    """A relation of one type and a value of another, under one key: each holds other things."""
    marks = merged({"a": {"x": None}}, {"a": None})
    of_one, of_other = {"a": {"x": []}}, {"a": {"z": {"w": [1]}}}
    assert positions([of_one, of_other], marks) == 1 + 3 + 4
    assert positions(of_one, merged({"a": {"x": None}})) == 3


@pytest.mark.parametrize(("many", "expected"), MERGES)
def test_marks_of_several_shapes(many, expected):
    assert merged(*many) == expected


# Robin views Cherry, where he may not read contacts, and owns Dogwood, where he may.
GRANTS = """
{ users(first: 100) { nodes { name email grants { user { email name } organisation { name
  account { warnings } } } } edges { node { email } } } }
"""


async def test_one_person_below_many_parents_is_withheld_at_each(desk: Desk):
    answer = await desk.ask("robin", GRANTS)
    data = answer.payload["data"]["users"]
    expected = set()
    for i, node in enumerate(data["nodes"]):
        if node["email"] is None:
            expected |= {("users", "nodes", i, "email"), ("users", "edges", i, "node", "email")}
            assert data["edges"][i] == {"node": {"email": None}}
        for j, grant in enumerate(node["grants"]):
            if grant["user"]["email"] is None:
                expected.add(("users", "nodes", i, "grants", j, "user", "email"))
            account = (grant["organisation"] or {}).get("account")
            if account and account["warnings"] is None:
                expected.add(
                    ("users", "nodes", i, "grants", j, "organisation", "account", "warnings")
                )
    errors = {tuple(e["path"]) for e in answer.payload["errors"] if e["path"][-1] != "account"}
    assert {len(path) for path in expected} == {4, 5, 7, 8}  # each kind of place is among them
    assert errors == expected
    assert len(answer.payload["errors"]) == len(
        {tuple(e["path"]) for e in answer.payload["errors"]}
    )
    lines = answer.payload["extensions"]["authorization"]["withheld"]
    assert sum(line["count"] for line in lines) == len(answer.payload["errors"])
    plain = await desk.ask("robin", GRANTS, plain=True)
    assert plain.payload["data"] == answer.payload["data"]
    assert errors_of(plain) == errors_of(answer)
    assert plain.payload["extensions"] == answer.payload["extensions"]


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_answer_names_so_many_withheld_values_and_no_more(database, plain):

    there = len((await Desk(database).ask("robin", GRANTS)).payload["errors"])
    exact = await Desk(database, limits=Limits(withheld_shown=there)).ask(
        "robin", GRANTS, plain=plain
    )
    assert exact.status == 200
    assert len(exact.payload["errors"]) == there
    over = await Desk(database, limits=Limits(withheld_shown=there - 1)).ask(
        "robin", GRANTS, plain=plain
    )
    assert over.status == 400
    assert "data" not in over.payload
    assert errors_of(over) == {"": "RESPONSE_TOO_LARGE"}
    assert over.report.codes == ("RESPONSE_TOO_LARGE",)


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_answer_holds_so_many_objects_and_no_more(database, plain):

    document = "{ users(first: 100) { nodes { name grants { role user { name } } } } }"
    enough, none = Limits(), Limits(positions=3)
    for limits, status in ((enough, 200), (none, 400)):
        answer = await Desk(database, limits=limits).ask("olga", document, plain=plain)
        assert answer.status == status
    assert errors_of(answer) == {"": "RESPONSE_TOO_LARGE"}
    assert "data" not in answer.payload
