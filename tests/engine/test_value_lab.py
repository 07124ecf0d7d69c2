"""What a row answers: conditions, lists of fields, cards and polymorphic edges, on both paths."""

from __future__ import annotations

import pytest

import value_lab
from asking import Desk, errors_of
from server.schema_check import audit
from value_lab import lab_policy, lab_schema

PEOPLE = ("olga", "tariq", "tess", "vera", "vic", "aisha", "petra", "robin", "cora", "auth0|nobody")
PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])


@pytest.fixture
def lab(database) -> Desk:
    return Desk(database, schema=lab_schema(), policy=lab_policy(), scopes=value_lab.SCOPES)


def told_of(answer) -> list[tuple[object, ...]]:
    """Each error by its path, code and coordinate."""
    return sorted(
        (
            ".".join(map(str, error["path"])),
            error["extensions"]["code"],
            error["extensions"].get("coordinate"),
            error["extensions"].get("condition"),
        )
        for error in answer.payload.get("errors", ())
    )


async def alike(lab, who, document, variables=None):
    """What both paths answer, which is the same to the last error."""
    engine = await lab.ask(who, document, variables)
    plain = await lab.ask(who, document, variables, plain=True)
    assert engine.payload.get("data") == plain.payload.get("data"), who
    assert told_of(engine) == told_of(plain), who
    assert counted(engine) == counted(plain), who
    return engine


def counted(answer) -> list[dict[str, object]]:
    """The coordinates that were withheld; the types that were are told of by the plan alone."""
    lines = answer.payload["extensions"]["authorization"].get("withheld", ())
    return [line for line in lines if "type" not in line]


def test_the_lab_keeps_its_policy():
    audit(lab_schema(), lab_policy(), {}, value_lab.SCOPES)


WHOLE = """
{ me { id name } organisations(first: 40) { totalCount nodes { id name status ukprn sums __typename
    schemes { id reference } schemePages(first: 2) { totalCount nodes { reference } }
    entities { name code } registered { id source } account { levyStatus }
    parent { name ukprn __typename } parentName { name }
    grants { role person { name subject status __typename } organisation { name }
      holder { __typename ... on Person { name } ... on Member { email } ...F }
      node { id __typename ... on Person { name } ...F } }
    numbers tooFew someFail branch { number leaf { text maybe } strict { text } shade price }
  } }
  schemes(first: 30) { totalCount nodes { reference } } entities(first: 30) { nodes { name code } }
  registered(first: 30) { totalCount nodes { source } } }
fragment F on Node { key: id ... on Member { id email } }
"""


@pytest.mark.parametrize("who", PEOPLE)
async def test_both_paths_answer_alike(lab, who):
    answer = await alike(lab, who, WHOLE)
    assert answer.payload["data"]["organisations"] is not None


GATES = "{ organisations(first: 40) { nodes { name schemes { reference } schemePages(first: 1) { totalCount } account { levyStatus } } } }"
OPEN, UNMET, NOT_HELD = None, "PRECONDITION", "FORBIDDEN"
# Birch and Dogwood pay no levy. Tariq owns Birch and is a transactor at Alder, who has no schemes.
AT_THE_PARENT = [
    ("olga", "Alder", UNMET, UNMET),
    ("vera", "Alder", UNMET, NOT_HELD),
    ("tariq", "Alder", NOT_HELD, NOT_HELD),
    ("tariq", "Birch", OPEN, OPEN),
    ("tess", "Birch", NOT_HELD, NOT_HELD),
    ("vic", "Birch", OPEN, NOT_HELD),
    ("robin", "Cherry", UNMET, NOT_HELD),
    ("robin", "Dogwood", OPEN, OPEN),
    ("petra", "Alder", OPEN, NOT_HELD),  # her right has no condition
]


@PATHS
@pytest.mark.parametrize(("who", "name", "schemes", "account"), AT_THE_PARENT)
async def test_a_condition_on_the_parent_is_told_at_that_parent(
    lab, who, name, schemes, account, plain
):
    answer = await lab.ask(who, GATES, plain=plain)
    nodes = answer.payload["data"]["organisations"]["nodes"]
    [at] = [i for i, node in enumerate(nodes) if node["name"] == name]
    codes = errors_of(answer)
    for field, code in (("schemes", schemes), ("schemePages", schemes), ("account", account)):
        assert codes.get(f"organisations.nodes.{at}.{field}") == code
        assert (nodes[at][field] is None) is (code is not None)
    if schemes is OPEN:
        assert nodes[at]["schemePages"]["totalCount"] == len(nodes[at]["schemes"])


@PATHS
async def test_an_unmet_condition_is_named_with_its_rule(lab, plain):
    answer = await lab.ask(
        "olga", "{ organisations(first: 9) { nodes { schemes { id } } } }", plain=plain
    )
    [error] = answer.payload["errors"]
    assert error["extensions"] == {
        "code": "PRECONDITION",
        "coordinate": "Organisation.schemes",
        "action": "paye_scheme.read",
        "requires": ["EMPLOYER_ACCOUNT_OWNER", "EMPLOYER_ACCOUNT_VIEWER", "TRAINING_PROVIDER_PROVIDER_USER"],
        "source": "A14",
        "condition": "non_levy_here",
        "reason": "LEVY",
    }  # fmt: skip
    assert error["message"] == (
        "Organisation.schemes needs paye_scheme.read, which you hold here under a condition that "
        "is not met: For accounts that pay no levy (A14)."
    )
    assert answer.payload["extensions"]["authorization"]["withheld"] == [
        {"coordinate": "Organisation.schemes", "code": "PRECONDITION", "count": 1}
    ]
    strict = await lab.ask(
        "olga",
        "{ organisations(first: 9) { nodes { schemes { id } } } }",
        plain=plain,
        mode="strict",
    )
    assert (strict.status, "data" in strict.payload) == (403, False)


CODES = {
    "olga": {"Alder Works Limited": OPEN, "The Alder Trust": UNMET},
    "tariq": {"Alder Works Limited": NOT_HELD, "The Alder Trust": NOT_HELD, "Birch Limited": OPEN},
    "tess": {"Birch Limited": NOT_HELD},
    "cora": {"Cherry Borough Council": UNMET},
    "robin": {"Dogwood Pensions": UNMET},
    "petra": {"Alder Works Limited": NOT_HELD, "Birch Limited": NOT_HELD},
}
"""The code of an entity, for whom it is in sight: of those that are registered only."""


@PATHS
@pytest.mark.parametrize("who", CODES)
async def test_a_condition_on_the_row_opens_each_row_by_itself(lab, who, plain):
    answer = await lab.ask(
        who, "{ entities(first: 30) { totalCount nodes { name code } } }", plain=plain
    )
    found, codes = answer.payload["data"]["entities"], errors_of(answer)
    got = {
        node["name"]: codes.get(f"entities.nodes.{i}.code") for i, node in enumerate(found["nodes"])
    }
    assert got == CODES[who]  # petra's own scope is conditional: she sees what is registered
    assert found["totalCount"] == len(got)
    assert all((node["code"] is None) is (got[node["name"]] is not None) for node in found["nodes"])


@PATHS
async def test_a_row_whose_read_condition_is_false_is_out_of_sight(lab, plain):
    document = "{ organisations(first: 9) { nodes { entities { id name } registered { id source } } } registered(first: 9) { totalCount nodes { id } } }"
    answer = await lab.ask("olga", document, plain=plain)
    assert "errors" not in answer.payload
    [account] = answer.payload["data"]["organisations"]["nodes"]
    assert len(account["entities"]) == 2
    assert [row["source"] for row in account["registered"]] == ["COMPANIES_HOUSE"]
    assert answer.payload["data"]["registered"]["totalCount"] == 1
    keys = {entity["name"]: entity["id"].partition("_")[2] for entity in account["entities"]}
    asked = "query ($id: ID!) { node(id: $id) { id } }"
    seen = await lab.ask("olga", asked, {"id": f"reg_{keys['Alder Works Limited']}"}, plain=plain)
    assert seen.payload["data"] == {"node": {"id": f"reg_{keys['Alder Works Limited']}"}}
    hidden = await lab.ask("olga", asked, {"id": f"reg_{keys['The Alder Trust']}"}, plain=plain)
    unknown = await lab.ask("olga", asked, {"id": "reg_" + "a" * 26}, plain=plain)
    assert errors_of(hidden) == {"node": "NOT_FOUND"}
    assert hidden.payload == unknown.payload


LISTED = {"olga": False, "vera": False, "petra": True, "tess": None}


@PATHS
@pytest.mark.parametrize("who", LISTED)
async def test_a_rule_that_lists_fields_opens_those_alone(lab, who, plain):
    """Owners and viewers see status and sums alone; Petra sees all; transactors see nothing."""
    answer = await lab.ask(
        who,
        "{ organisations(first: 1) { nodes { id status sums ukprn parentName { name } } } }",
        plain=plain,
    )
    codes = errors_of(answer)
    refused = {
        name
        for name in ("status", "ukprn", "parentName")
        if codes.get(f"organisations.nodes.0.{name}") == "FORBIDDEN"
    }
    every = {"status", "ukprn", "parentName"}
    assert refused == {None: every, False: every - {"status"}, True: set()}[LISTED[who]]
    [node] = answer.payload["data"]["organisations"]["nodes"]
    assert node["id"]  # who sees a row sees its id, whatever the list says
    if who == "olga":
        [told] = [e for e in answer.payload["errors"] if e["path"][-1] == "ukprn"]
        assert told["extensions"]["requires"] == ["TRAINING_PROVIDER_PROVIDER_USER"]


@PATHS
async def test_a_card_shows_another_row_under_the_rule_of_its_own(lab, plain):
    """Vera may not read people, and the grants of Alder show who holds them to owners alone."""
    document = "{ organisations(first: 9) { nodes { name parent { name ukprn t: __typename } grants { role person { name s: subject } } } } }"
    answer = await lab.ask("petra", document, plain=plain)
    nodes = {node["name"]: node for node in answer.payload["data"]["organisations"]["nodes"]}
    assert nodes["Alder"]["parent"] is None  # it points at nothing, and nothing is withheld
    everywhere = await lab.ask(
        "petra",
        "{ organisations(first: 40) { nodes { parent { name ukprn t: __typename } } } }",
        plain=plain,
    )
    parents = [
        node["parent"]
        for node in everywhere.payload["data"]["organisations"]["nodes"]
        if node["parent"]
    ]
    assert len(parents) == 4
    assert all(parent == parents[0] and parent["t"] == "Parent" for parent in parents)
    olga = await lab.ask("olga", document, plain=plain)
    [alder] = olga.payload["data"]["organisations"]["nodes"]
    people = [
        (grant["role"], grant["person"]["name"], grant["person"]["s"]) for grant in alder["grants"]
    ]
    assert ("employer_account.viewer", "Vera", "vera") in people
    vera = await lab.ask("vera", document, plain=plain)
    [alder] = vera.payload["data"]["organisations"]["nodes"]
    assert [grant["person"] for grant in alder["grants"]] == [None] * len(people)
    assert set(errors_of(vera).values()) == {"FORBIDDEN"}


@PATHS
async def test_a_stored_word_that_a_card_does_not_know_is_a_fault_at_its_place(lab, plain):
    document = "{ organisations(first: 9) { nodes { grants { person { name status } } } } }"
    answer = await lab.ask("olga", document, plain=plain)
    [alder] = answer.payload["data"]["organisations"]["nodes"]
    assert all(
        grant["person"]["status"] is None and grant["person"]["name"] for grant in alder["grants"]
    )
    assert errors_of(answer) == {
        f"organisations.nodes.0.grants.{i}.person.status": "INTERNAL_SERVER_ERROR"
        for i in range(len(alder["grants"]))
    }


async def test_the_cards_of_a_page_come_with_its_own_statement(lab):
    statements: list[str] = []
    lab.database.observer = statements.append
    document = "{ organisations(first: 40) { nodes { parent { name } parentName { ukprn } } } }"
    await lab.ask("petra", document)
    assert len(statements) == 2  # grants, and the page
    assert statements[1].count("LEFT OUTER JOIN") == 1


EDGE = "{ organisations(first: 9) { nodes { grants { role holder { t: __typename ... on Person { id name } ... on Member { email } } node { t: __typename id } } } } }"


@PATHS
async def test_a_polymorphic_edge_leads_to_the_types_that_are_open(lab, plain):
    """Olga reads people and no members: transactors are Persons at one edge, Members at the other."""
    statements: list[str] = []
    lab.database.observer = statements.append
    answer = await lab.ask("olga", EDGE, plain=plain)
    [alder] = answer.payload["data"]["organisations"]["nodes"]
    by_role = {grant["role"].partition(".")[2]: grant for grant in alder["grants"]}
    assert by_role["owner"]["holder"]["t"] == by_role["transactor"]["holder"]["t"] == "Person"
    assert by_role["owner"]["holder"]["id"] == by_role["owner"]["node"]["id"]
    assert by_role["viewer"]["holder"] is None  # a Member, not named by an error
    assert by_role["transactor"]["node"] is None
    assert by_role["viewer"]["node"]["t"] == "Person"
    unknown = [
        i for i, grant in enumerate(alder["grants"]) if grant["role"] == "employer_account.aan"
    ]
    assert errors_of(answer) == {
        f"organisations.nodes.0.grants.{i}.holder": "INTERNAL_SERVER_ERROR" for i in unknown
    }
    assert answer.payload["extensions"]["authorization"]["withheld"] == [
        {"coordinate": "Grant.holder", "type": "Member", "code": "FORBIDDEN"},
        {"coordinate": "Grant.node", "type": "Member", "code": "FORBIDDEN"},
    ]
    assert len(statements) == 5  # her grants, accounts, their grants, and a type at each edge


async def test_a_refused_type_is_named_from_the_document_alone(lab):
    answer = await lab.ask(
        "auth0|nobody", "{ organisations(first: 1) { nodes { grants { node { id } } } } }"
    )
    assert answer.payload["data"] == {"organisations": {"nodes": []}}
    assert answer.payload["extensions"]["authorization"]["withheld"] == [
        {"coordinate": "Grant.node", "type": "Member", "code": "FORBIDDEN"}
    ]


async def test_a_strict_answer_without_data_says_why_also_of_a_refused_type(lab):
    asked = "{ organisations(first: 1) { nodes { grants { node { id } } } } }"
    answer = await lab.ask("auth0|nobody", asked, mode="strict")
    assert (answer.status, "data" in answer.payload) == (403, False)
    [error] = answer.payload["errors"]
    told = error["extensions"]
    assert (told["code"], told["coordinate"], told["type"]) == ("FORBIDDEN", "Grant.node", "Member")
    assert told["action"]
    assert answer.report.codes == ("FORBIDDEN",)


@PATHS
async def test_an_edge_is_decided_on_the_row_that_holds_it(lab, plain):
    answer = await lab.ask("vera", EDGE, plain=plain)
    [alder] = answer.payload["data"]["organisations"]["nodes"]
    assert {grant["holder"] is None for grant in alder["grants"]} == {True}
    assert {path[-6:]: code for path, code in errors_of(answer).items()} == {"holder": "FORBIDDEN"}
    own = [grant["node"] for grant in alder["grants"] if grant["role"] == "employer_account.viewer"]
    assert [node["t"] for node in own] == ["Person"]  # herself; nobody else is in her sight
