"""Rows are the union of the ways to them, and columns never are: asked by HTTP, with real tokens."""

from __future__ import annotations

import json

import pytest

from db.seed.demo.fixed import organisation_key, user_key
from lab import rows
from lab.by_hand import CHERRY, EVERY, RECORDS, SAM, codes
from lab.rows import key

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])

GROUPS = "title region cost outcome email"
ALL = f"{{ records(first: 100) {{ totalCount nodes {{ id code {GROUPS} }} }} }}"

TAUGHT = {n for n in EVERY if (n // 5) % 3 == 1}
CASELOAD = {n for n in EVERY if n % 5 == 0}
AREA = {n for n in EVERY if n % 4 in {1, 2}}
OWN = {n for n in EVERY if n % 7 == 2}
COMPLETED = {n for n in EVERY if RECORDS[n]["status"] == "COMPLETED"}
OPEN_TO_SAM = {
    "title": {*CHERRY} | TAUGHT | CASELOAD | OWN,
    "region": AREA,
    "cost": {*CHERRY},
    "outcome": TAUGHT | (({*CHERRY} | OWN) & COMPLETED),
    "email": TAUGHT,
}
"""Sam owns Cherry, teaches at Prov Two, assesses a caseload, has an area, and learns; and owns an
account, so that the address of who is in the area is not for him."""


async def ask(lab, who, document, variables=None, *, plain=False, **options):
    client = await lab.client(who)
    return await client.ask(document, variables, plain=plain, **options)


@PATHS
async def test_rows_are_the_union_and_columns_never_the_union(lab, plain):
    reply = await ask(lab, "sam", ALL, plain=plain)
    nodes = reply.data["records"]["nodes"]
    assert reply.data["records"]["totalCount"] == len(SAM)
    assert sorted(node["code"] for node in nodes) == codes(SAM)
    for at, node in enumerate(nodes):
        n = int(node["code"][2:])
        for field, open_at in OPEN_TO_SAM.items():
            assert node[field] == (RECORDS[n][field] if n in open_at else None)
            assert (f"records.nodes.{at}.{field}" in reply.refusals) == (n not in open_at)
    for field, open_at in OPEN_TO_SAM.items():
        assert 0 < len(open_at & {*SAM}) < len(SAM), field  # so each mask has something to hide


ROUTES = {
    "by id": 'a: record(id: "{0}") {{ ...R }}',
    "as a node": 'a: node(id: "{0}") {{ ...R }}',
    "by its learner": 'node(id: "{1}") {{ ... on Person {{ records(first: 50) {{ nodes {{ ...R }} }} }} }}',
    "by its employer": 'organisation(id: "{2}") {{ records(first: 50) {{ edges {{ node {{ ...R }} }} }} }}',
    "by its follower": 'a: record(id: "{3}") {{ previous {{ ...R }} }}',
    "among followers": 'a: record(id: "{4}") {{ followers {{ ...R }} }}',
    "by a filter": 'records(first: 1, filter: {{code: {{eq: "{5}"}}}}) {{ nodes {{ ...R }} }}',
    "at the end of an order": "records(last: 100, orderBy: {{field: OUTCOME}}) {{ nodes {{ ...R }} }}",
}


@PATHS
@pytest.mark.parametrize("n", [7, 9, 22, 25])
async def test_a_row_has_one_mask_whatever_way_it_is_come_to(lab, n, plain):
    """Sam comes to 7 and 22 as Owner and teacher, to 9 by area, too, and to 25 as assessor."""
    row = RECORDS[n]
    given = (
        f"rec_{row['id']}",
        f"per_{row['learner_id']}",
        f"org_{row['employer_id']}",
        f"rec_{key('record', n + 1)}",
        f"rec_{key('record', n - 1)}",
        row["code"],
    )
    wanted = {"id": given[0]}
    for field, open_at in OPEN_TO_SAM.items():
        wanted[field] = row[field] if n in open_at else None
    for name, route in ROUTES.items():
        if name == "by its employer" and n not in CHERRY:
            continue  # the other accounts are not for Sam
        document = f"{{ {route.format(*given)} }} fragment R on Record {{ id {GROUPS} }}"
        reply = await ask(lab, "sam", document, plain=plain)
        [found] = [each for each in _objects(reply.data) if each.get("id") == given[0]]
        assert found == wanted, name


def _objects(value):
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value or ():
        if isinstance(each, (dict, list)):
            yield from _objects(each)


@PATHS
async def test_two_grants_of_one_role_open_each_what_its_permissions_say(lab, plain):
    """Tariq is a tutor at Prov and at Prov Two, and manages ILR data at the second."""
    reply = await ask(lab, "tariq", "{ records(first: 100) { nodes { code ilr } } }", plain=plain)
    for at, node in enumerate(reply.data["records"]["nodes"]):
        n = int(node["code"][2:])
        assert node["ilr"] == (RECORDS[n]["ilr"] if n in TAUGHT else None)
        assert (f"records.nodes.{at}.ilr" in reply.refusals) == (n not in TAUGHT)


@PATHS
async def test_a_condition_on_who_asks_counts_as_not_holding_the_action(lab, plain):
    """Pat1 and Robin are of one partner; Robin owns an account, too."""
    document = '{ records(first: 100, filter: {region: {in: ["NORTH", "EAST"]}}) { nodes { code email } } }'
    pat = await ask(lab, "pat1", document, plain=plain)
    assert all(node["email"] for node in pat.data["records"]["nodes"])
    assert not pat.errors
    robin = await ask(lab, "robin", document, plain=plain)
    assert {node["code"] for node in pat.data["records"]["nodes"]} <= {
        node["code"] for node in robin.data["records"]["nodes"]
    }
    assert not any(node["email"] for node in robin.data["records"]["nodes"])
    assert {*robin.refusals.values()} == {"FORBIDDEN"}


@PATHS
async def test_everything_shows_all_rows_and_masks_columns_as_ever(lab, plain):
    """Nia sees every record; what they are called, where she is of the account or teaches."""
    reply = await ask(lab, "nia", ALL, plain=plain)
    nodes = reply.data["records"]["nodes"]
    assert len(nodes) == rows.RECORDS
    for node in nodes:
        n = int(node["code"][2:])
        open_at = n % 5 == 0 or (n // 5) % 3 == 0
        assert node["title"] == (RECORDS[n]["title"] if open_at else None)
        assert node["cost"] == RECORDS[n]["cost"]


@PATHS
async def test_an_empty_connection_never_stands_for_a_refusal(lab, plain):
    """Tariq sees Alder, of which he may not list records, and Birch, of which he may."""
    document = "query ($id: ID!) { organisation(id: $id) { records(first: 1) { totalCount } } }"
    for handle, count in (("alder", None), ("birch", 12)):
        given = {"id": f"org_{organisation_key(handle)}"}
        reply = await ask(lab, "tariq", document, given, plain=plain)
        found = reply.data["organisation"]["records"]
        assert found == (None if count is None else {"totalCount": count})
        refused = {"organisation.records": "FORBIDDEN"} if count is None else {}
        assert reply.refusals == refused
    nowhere = {"id": f"org_{organisation_key('cec')}"}
    nobodys = await ask(lab, "nia", document, nowhere, plain=plain)
    assert nobodys.data == {"organisation": {"records": {"totalCount": 0}}}
    assert not nobodys.errors


@PATHS
async def test_a_hidden_row_and_one_that_never_was_are_answered_alike(lab, plain):
    """An unpublished note of Cherry is as hidden to its Owner as one of another account."""
    unpublished = next(
        n
        for n, row in enumerate(rows.note_rows())
        if not row["published"] and (n // 3) * 2 % 5 == 2
    )
    answers = set()
    for text in (f"not_{key('note', unpublished)}", f"not_{key('note', 0)}", f"not_{'a' * 26}"):
        reply = await ask(
            lab, "cora", "query ($id: ID!) { node(id: $id) { id } }", {"id": text}, plain=plain
        )
        assert reply.refusals == {"node": "NOT_FOUND"}
        answers.add(reply.response.content)
    assert len(answers) == 1


@PATHS
async def test_a_refused_type_is_refused_for_every_id_and_unread(lab, plain):
    answers = set()
    for text in (f"vlt_{key('vault', 1)}", f"vlt_{'a' * 26}"):
        reply = await ask(
            lab, "cora", "query ($id: ID!) { node(id: $id) { id } }", {"id": text}, plain=plain
        )
        assert reply.refusals == {"node": "FORBIDDEN"}
        assert not any("lab_vaults" in statement for statement in reply.statements)
        answers.add(reply.response.content)
    assert len(answers) == 1


@PATHS
async def test_the_gate_of_a_facet_waits_for_its_parent(lab, plain):
    """Olga is shown reviews of completed records; Sue, who teaches there, of any."""
    document = "{ records(first: 100) { nodes { code review { grade } } } }"
    olga = await ask(lab, "olga", document, plain=plain)
    for at, node in enumerate(olga.data["records"]["nodes"]):
        n = int(node["code"][2:])
        code = None if n in COMPLETED else "PRECONDITION"
        assert olga.refusals.get(f"records.nodes.{at}.review") == code
        if n not in COMPLETED:
            error = next(e for e in olga.errors if e["path"] == ["records", "nodes", at, "review"])
            assert error["extensions"]["condition"] == "record_completed"
            assert error["extensions"]["reason"] == "INCOMPLETE"
        reviewed = n in COMPLETED and n % 2 == 0 and n % 5 == 0
        assert (node["review"] is not None) == reviewed
    sue = await ask(lab, "sue", document, plain=plain)
    assert not sue.errors
    assert all(
        (node["review"] is not None) == (int(node["code"][2:]) % 2 == 0)
        for node in sue.data["records"]["nodes"]
        if (int(node["code"][2:]) // 5) % 3 == 0
    )


async def test_nothing_withheld_stands_in_an_answer_in_any_form(lab):
    """Cora's answer holds no address of her learners, and in strict mode nothing at all."""
    reply = await ask(lab, "cora", ALL)
    addresses = [row["email"] for row in RECORDS]
    assert not any(address in json.dumps(reply.json) for address in addresses)
    strict = await ask(lab, "cora", ALL, mode="strict")
    assert strict.status == 403
    assert "data" not in strict.json
    assert strict.refusals == reply.refusals


async def test_the_caller_is_themself(lab):
    reply = await ask(
        lab,
        "stan",
        "{ me { id records(first: 9) { totalCount } } people(first: 100) { nodes { id records(first: 1) { totalCount } } } }",
    )
    assert reply.data["me"] == {"id": f"per_{user_key('stan')}", "records": {"totalCount": 0}}
    others = [
        at
        for at, each in enumerate(reply.data["people"]["nodes"])
        if each["id"] != reply.data["me"]["id"]
    ]
    assert len(others) > 40
    assert reply.refusals == {f"people.nodes.{at}.records": "FORBIDDEN" for at in others}
