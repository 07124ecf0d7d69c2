"""One document with every group of fields, sent as each kind of person of the demo world.

The tables are written out from rules 1.0.b (M15), 1.1.b and 1.4.b and from the field groups of the
model; every null and every code of the answer is in them, and nothing else is withheld.
"""

from __future__ import annotations

import pytest
import pytest_asyncio

from commands.staged import account
from scenarios.inspecting import THREE, in_force, visit
from scenarios.records import ids
from scenarios.rows import add_grant, add_user, organisation_key, record_id
from worlds import World

STANDARD = "standardCode standardTitle standardVersion standardOption startDate endDate"
REST = (
    "reference deliveryModel status pauseDate stopDate completionDate employer { name }"
    " provider { name } epao { name }"
)
GROUPS = {
    "names": "firstName lastName uln",
    "identity": "email dateOfBirth",
    "standard": STANDARD,
    "commitment": REST,
    "funding": "cost trainingPrice endPointAssessmentPrice priceHistory { fromDate cost }",
    "training": "training { progressPercent evidence(first: 1) { nodes { title } }"
    " feedback(first: 1) { nodes { text } } }",
    "ilr": "ilr { learnRefNumber niNumber qaVerifiedAt }",
    "epa": "epa { gatewayStatus components { name } }",
    "assignment": "assignees { initials } unassigned",
}
FIELDS = {
    "names": ("firstName", "lastName", "uln"),
    "identity": ("email", "dateOfBirth"),
    "standard": tuple(STANDARD.split()),
    "commitment": (
        "reference", "deliveryModel", "status", "pauseDate", "stopDate", "completionDate",
        "employer", "provider", "epao",
    ),
    "funding": ("cost", "trainingPrice", "endPointAssessmentPrice", "priceHistory"),
    "training": ("training",),
    "ilr": ("ilr",),
    "epa": ("epa",),
    "assignment": ("assignees", "unassigned"),
}  # fmt: skip
EMPTY = {"standardOption", "pauseDate", "stopDate", "completionDate"}
"""What is held and empty in some records, or all: null without an error."""

#                 names identity standard commitment funding training ilr epa assignment
# Y shown, X FORBIDDEN, P PRECONDITION; the records that the person sees
TABLE = """
superuser         Y Y Y Y X Y Y X X   1 2 3 4 5 6 7 8
tutor             Y Y Y Y X Y Y X X   1 2 3 4
tutor, no ILR     Y Y Y Y X Y X X X   5
employer user     Y Y Y Y X Y X X X   1 2 3
inspector         Y X Y X X Y X X X   1 2
with MANAGE_ILR   Y X Y X X Y X X X   1 2
with CLASSIC      Y X Y X X Y Y X X   1 2
EPAO super admin  Y Y Y Y X X X Y Y   1 2 3 4 5 6
EPAO admin        Y Y Y Y X X X Y Y   1 2 3 4 5 6
senior assessor   Y Y Y Y X X X Y Y   1 2 3 4 5 6
assessor          Y Y Y Y X X X Y X   1 2
provider super    Y Y Y Y X Y X Y Y   1 2 3 4 5 6 7 8
provider admin    Y Y Y Y X Y X Y Y   1 2 3 4 5 6 7 8
training manager  Y Y Y Y X Y X Y Y   1 2 3 4 5 6 7 8
coordinator       Y Y Y Y X Y X Y X   1 2
owner             Y Y Y Y Y X X X X   1 2 3
transactor        Y Y Y Y Y X X X X   1 2 3
"""
PEOPLE = {
    "superuser": "sue", "tutor": "tina", "tutor, no ILR": "tom", "employer user": "eric",
    "inspector": "ivy", "with MANAGE_ILR": "mila", "with CLASSIC": "art",
    "EPAO super admin": "sam", "EPAO admin": "ade", "senior assessor": "sen", "assessor": "ann",
    "provider super": "pia", "provider admin": "pip", "training manager": "max",
    "coordinator": "kim", "owner": "olga", "transactor": "tori",
}  # fmt: skip
NOBODY = {"viewer": "vera", "AAN": "aisha", "provider user": "petra", "careers": "eve"}
"""M15: «Viewer X, AAN X»; and who has no column at all."""
CODES = {"X": "FORBIDDEN", "P": "PRECONDITION"}


def rows() -> dict[str, tuple[dict[str, str], tuple[int, ...]]]:
    found = {}
    for line in TABLE.strip().splitlines():
        kind, cells, records = line[:18].strip(), line[18:35].split(), line[35:].split()
        found[kind] = (dict(zip(GROUPS, cells, strict=True)), tuple(map(int, records)))
    return found


ROWS = rows()
WHOLE = " ".join(GROUPS.values())
DOCUMENT = f"""
query ($id: ID!, $name: String!) {{
  all: apprenticeRecords(first: 20, filter: {{lastName: {{eq: $name}}}}) {{
    totalCount nodes {{ id ...every }}
  }}
  one: apprenticeRecord(id: $id) {{ ... on ApprenticeRecord {{ {WHOLE} }} }}
  node(id: $id) {{ __typename ...every }}
}}
fragment every on ApprenticeRecord {{
  {WHOLE} another: email when: dateOfBirth price: cost
  work: training {{ hours: plannedHours }} returns: ilr {{ learnRefNumber }}
  end: epa {{ grade }} badges: assignees {{ kind }} state: status
}}
"""
ALIASES = {
    "another": "identity", "when": "identity", "price": "funding", "work": "training",
    "returns": "ilr", "end": "epa", "badges": "assignment", "state": "commitment",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peopled(shared_world: World) -> World:
    """The demo world with those whom it lacks: a visit in force, and other roles of a provider."""
    world = shared_world
    made = await in_force(world, 1, 2)
    await account(world, "mila", made.group[4:], permissions=" ".join(THREE))
    await made.account("art", permissions=THREE, channels=["CONSOLE", "CLASSIC"])
    prov, alder = await organisation_key(world, "prov"), await organisation_key(world, "alder")
    for name, role, where in (
        ("Pia", "record_assignment.provider_super_admin", prov),
        ("Pip", "record_assignment.provider_admin", prov),
        ("Tom", "inspection_access.tutor", prov),
        ("Tori", "employer_account.transactor", alder),
    ):
        user = await add_user(world, name, subject=name.lower())
        await add_grant(world, user, where, role)
    [[tom]] = await world.sql("SELECT id FROM users WHERE subject = 'tom'")
    load = "tomscaseloadtomscaseloadto"
    await world.sql(
        "INSERT INTO caseloads (id, kind, organisation_id, owner_id)"
        " VALUES (:load, 'CASE_OWNER', :prov, :tom)",
        load=load,
        prov=prov,
        tom=tom,
    )
    await world.sql(
        "INSERT INTO caseload_items (id, caseload_id, record_id, kind, organisation_id, owner_id,"
        " assigned_at) VALUES (:load, :load, :record, 'CASE_OWNER', :prov, :tom, 1)",
        load=load,
        record=record_id(5)[4:],
        prov=prov,
        tom=tom,
    )
    return world


def withheld(cells: dict[str, str], at: str, *, aliases: bool) -> dict[str, str]:
    """Return the code at each position of one record that a row of the table withholds."""
    names = {name: group for group, fields in FIELDS.items() for name in fields}
    names |= ALIASES if aliases else {}
    return {
        f"{at}.{name}": CODES[cells[group]]
        for name, group in names.items()
        if cells[group] in CODES
    }


def held(cells: dict[str, str], record: dict) -> None:
    """Hold what a record shows against the row of the table."""
    for group, fields in FIELDS.items():
        for name in fields:
            if cells[group] != "Y":
                assert record[name] is None, name
            elif name not in EMPTY:
                assert record[name] is not None, name


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("kind", ROWS)
async def test_every_group_as_each_kind_of_person(peopled, kind, plain):
    cells, records = ROWS[kind]
    client = await peopled.client(subject=PEOPLE[kind])
    given = {"id": record_id(records[0]), "name": "Learner"}
    reply = await client.ask(DOCUMENT, given, plain=plain)
    page = reply.data["all"]
    assert page["totalCount"] == len(records)
    assert sorted(node["id"] for node in page["nodes"]) == sorted(ids(*records))
    expected = withheld(cells, "one", aliases=False) | withheld(cells, "node", aliases=True)
    for number, node in enumerate(page["nodes"]):
        expected |= withheld(cells, f"all.nodes.{number}", aliases=True)
        held(cells, without_epao(node))
    held(cells, without_epao(reply.data["one"]))
    held(cells, without_epao(reply.data["node"]))
    assert reply.refusals == expected
    assert reply.data["node"]["__typename"] == "ApprenticeRecord"
    hidden = next(number for number in (1, 4, 9) if number not in records)
    refused = await client.ask(DOCUMENT, given | {"id": record_id(hidden)}, plain=plain)
    assert refused.data["one"] is refused.data["node"] is None
    assert refused.refusals["one"] == refused.refusals["node"] == "NOT_FOUND"


def without_epao(record: dict) -> dict:
    """A record as if nothing of it were empty for want of an EPAO: R7 and R8 have none."""
    if record["firstName"] in {"L7", "L8"}:
        return record | {"epao": record["provider"], "epa": record["assignees"]}
    return record


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("kind", NOBODY)
async def test_who_has_no_column_reads_nothing(peopled, kind, plain):
    client = await peopled.client(subject=NOBODY[kind])
    given = {"id": record_id(1), "name": "Learner"}
    reply = await client.ask(DOCUMENT, given, plain=plain)
    assert reply.data == {"all": None, "one": None, "node": None}
    assert reply.refusals == dict.fromkeys(("all", "one", "node"), "FORBIDDEN")


async def test_an_auditor_of_all_learners_on_each_record(own_world):
    """F05: «there the `ilr` of an unverified learner is null + PRECONDITION»."""
    made = await visit(own_world)
    art = await made.account("art", permissions=THREE, channels=["CLASSIC"])
    await made.open(allLearners=True)
    reply = await art.ask(DOCUMENT, {"id": record_id(4), "name": "Learner"})
    verified, other = ROWS["with CLASSIC"][0], ROWS["with CLASSIC"][0] | {"ilr": "P"}
    nodes = reply.data["all"]["nodes"]
    assert [node["firstName"] for node in nodes] == [f"L{n}" for n in range(1, 9)]
    expected = withheld(other, "one", aliases=False) | withheld(other, "node", aliases=True)
    for number in range(8):
        cells = verified if number < 3 else other
        expected |= withheld(cells, f"all.nodes.{number}", aliases=True)
    assert reply.refusals == expected


def test_the_table_has_a_row_for_each_kind_of_person():
    assert ROWS.keys() == PEOPLE.keys()
    assert GROUPS.keys() == FIELDS.keys()
