"""The mask lab: decisions of every kind meet on one row, and both paths read them alike."""

from __future__ import annotations

import logging

import pytest

from asking import Desk, errors_of
from authz.rows.principal import Principal
from engine.decider import Decider
from engine.kinds.can import may_act
from engine.sql.statement import UndecidedError
from mask_lab import SECRET, lab_policy, lab_schema


@pytest.fixture
def lab(database) -> Desk:
    return Desk(database, schema=lab_schema(), policy=lab_policy())


PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
ALL = "{ organisations(first: 100) { totalCount nodes { id kind name status length parent { id } } } }"


@PATHS
async def test_everything_shows_all_rows_and_no_masked_column(lab, plain):
    """Tess is a transactor at Birch: every account, no name."""
    answer = await lab.ask("tess", ALL, plain=plain)
    found = answer.payload["data"]["organisations"]
    assert found["totalCount"] > 10
    assert all(node["name"] is None and node["kind"] for node in found["nodes"])
    codes = errors_of(answer)
    assert codes["organisations.nodes.0.name"] == "FORBIDDEN"
    assert len(codes) == 3 * len(found["nodes"])  # name, status and length of each


@PATHS
async def test_a_mask_opens_where_its_own_path_reaches(lab, plain):
    """Tariq is a transactor at Alder and owns Birch: every account, and the name of Birch."""
    answer = await lab.ask("tariq", ALL, plain=plain)
    nodes = answer.payload["data"]["organisations"]["nodes"]
    assert len(nodes) > 10
    named = [node for node in nodes if node["name"]]
    assert [(n["name"], n["length"]) for n in named] == [("Birch", ["Birch", "5"])]
    # a scope that means nothing for the type reaches no row, not even where the role is held
    assert all(node["status"] is None for node in nodes)
    codes = errors_of(answer)
    at = nodes.index(named[0])
    assert f"organisations.nodes.{at}.name" not in codes
    assert codes[f"organisations.nodes.{at}.status"] == "FORBIDDEN"
    assert len(codes) == 3 * len(nodes) - 2


async def test_both_paths_say_the_same(lab):
    document = """{ organisations(first: 60) { edges { cursor e: node { ...F } __typename } p: pageInfo { hasNextPage c: endCursor __typename } __typename } }
      fragment F on Organisation { kind name length allSchemes { reference } schemes(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }
      entities { title } entityPages(first: 1) { totalCount } ghost { title } parent { name } __typename }"""
    for who in ("olga", "tariq", "tess", "vera", "aisha", "petra", "robin", "auth0|nobody"):
        engine = await lab.ask(who, document)
        plain = await lab.ask(who, document, plain=True)
        assert engine.payload["data"] == plain.payload["data"], who
        assert errors_of(engine) == errors_of(plain), who
        assert engine.report.plan != plain.report.plan
    assert "errors" not in engine.payload  # nobody has no account, and an empty list is no refusal


@PATHS
async def test_a_list_of_rows_that_nobody_here_may_read_is_refused(lab, plain):
    document = "{ organisations(first: 1) { nodes { entities { title } entityPages(first: 1) { totalCount } ghost { title } } } entities(first: 1) { totalCount } }"
    answer = await lab.ask("olga", document, plain=plain)
    assert errors_of(answer) == {
        "entities": "FORBIDDEN",
        "organisations.nodes.0.entities": "FORBIDDEN",
        "organisations.nodes.0.entityPages": "FORBIDDEN",
        "organisations.nodes.0.ghost": "FORBIDDEN",
    }


@PATHS
async def test_a_gate_that_everything_opens_lets_all_parents_through(lab, plain):
    document = "{ organisations(first: 40) { nodes { kind allSchemes { reference } schemes(first: 100) { totalCount nodes { reference } } } } }"
    answer = await lab.ask("tess", document, plain=plain)
    assert "errors" not in answer.payload
    nodes = answer.payload["data"]["organisations"]["nodes"]
    assert sum(len(node["allSchemes"]) > 0 for node in nodes) > 1
    for node in nodes:
        assert node["schemes"] == {
            "totalCount": len(node["allSchemes"]),
            "nodes": node["allSchemes"],
        }


@PATHS
async def test_a_node_of_a_refused_type_is_refused_unread(lab, plain):
    statements = []
    lab.database.observer = statements.append
    answer = await lab.ask("olga", '{ node(id: "len_%s") { id } }' % ("a" * 26), plain=plain)
    assert errors_of(answer) == {"node": "FORBIDDEN"}
    assert len(statements) == 1
    unknown = await lab.ask("olga", '{ node(id: "usr_%s") { id } }' % ("a" * 26), plain=plain)
    assert errors_of(unknown) == {"node": "BAD_USER_INPUT"}  # this schema has no such type


@PATHS
async def test_values_are_shown_as_they_are(lab, plain):
    document = '{ a: words(prefix: "x") { text t: text on below { text on below { text } __typename } __typename } b: words { text } }'
    answer = await lab.ask("auth0|nobody", document, plain=plain)
    assert answer.payload["data"] == {
        "a": [
            {
                "text": "x",
                "t": "x",
                "on": False,
                "below": [{"text": None, "on": True, "below": [], "__typename": "Word"}],
                "__typename": "Word",
            }
        ],
        "b": [{"text": None}],
    }


@PATHS
async def test_a_relation_whose_scope_means_nothing_for_its_rows_passes_nobody(lab, plain):
    answer = await lab.ask(
        "olga", "{ organisations(first: 1) { nodes { nobodysSchemes { id } } } }", plain=plain
    )
    assert answer.payload["data"] == {"organisations": {"nodes": [{"nobodysSchemes": None}]}}
    assert errors_of(answer) == {"organisations.nodes.0.nobodysSchemes": "FORBIDDEN"}


@pytest.mark.parametrize(("action", "may"), [("word.read", True), ("user.read", True), ("paye_scheme.read", False), ("legal_entity.read", False)])  # fmt: skip
def test_what_is_for_everybody_may_be_done_at_any_organisation(action, may):
    anybody = Principal("auth0|nobody")
    given = {"action": action, "organisationId": "org_" + "a" * 26}
    assert may_act(Decider(lab_policy(), anybody.fingerprint), anybody, given) is may


FOUND = "{ organisations(first: 40, filter: %s) { totalCount nodes { name } } }"


@PATHS
@pytest.mark.parametrize("value", ['{ nobodysSchemes: { some: { reference: { eq: "-" } } } }', '{ not: { nobodysSchemes: { some: { reference: { eq: "-" } } } } }'])  # fmt: skip
async def test_nothing_is_true_or_false_of_rows_that_no_parent_leads_to(lab, value, plain):
    answer = await lab.ask("olga", FOUND % value, plain=plain)
    assert answer.payload["data"] == {"organisations": {"totalCount": 0, "nodes": []}}


@PATHS
@pytest.mark.parametrize(("value", "names"), [
    ('{ account: { levyStatus: { eq: "NON_LEVY" } } }', ["Birch"]),
    ('{ not: { account: { levyStatus: { eq: "NON_LEVY" } } } }', []),
    ('{ not: { account: { levyStatus: { eq: "LEVY" } } } }', ["Birch"]),
])  # fmt: skip
async def test_a_part_is_known_where_the_row_itself_opens_it(lab, value, names, plain):
    """Tariq sees every account, and what is part of it at Birch alone, which pays no levy."""
    answer = await lab.ask("tariq", FOUND % value, plain=plain)
    assert [n["name"] for n in answer.payload["data"]["organisations"]["nodes"]] == names


@PATHS
async def test_a_filter_without_a_condition_leaves_every_row(lab, plain):
    every = await lab.ask("tariq", "{ organisations(first: 40) { totalCount } }", plain=plain)
    value = "{ nobodysSchemes: { some: {} }, account: {} }"
    answer = await lab.ask("tariq", (FOUND % value).replace("nodes { name }", ""), plain=plain)
    assert answer.payload == every.payload


async def test_the_tripwire_in_a_computed_field_ends_the_operation(lab):
    document = "{ organisations(first: 1) { nodes { kind tripping } } }"
    with pytest.raises(UndecidedError):
        await lab.ask("olga", document)
    plain = await lab.ask("olga", document, plain=True)
    assert errors_of(plain) == {"organisations.nodes.0.tripping": "INTERNAL_SERVER_ERROR"}
    assert SECRET not in repr(plain.payload)


FAULTS = {
    "a computed field": ("{ organisations(first: 1) { nodes { kind failing } } }", {"organisations": {"nodes": [{"kind": "EMPLOYER", "failing": None}]}}, "organisations.nodes.0.failing"),
    "public data": ('{ words(prefix: "fail") { text } }', {"words": None}, "words"),
}  # fmt: skip


@PATHS
@pytest.mark.parametrize(("document", "data", "path"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_null_with_a_masked_error(lab, caplog, document, data, path, plain):
    with caplog.at_level(logging.ERROR, "fieldgate.engine"):
        answer = await lab.ask("olga", document, plain=plain)
    assert answer.payload["data"] == data
    assert errors_of(answer) == {path: "INTERNAL_SERVER_ERROR"}
    assert SECRET not in repr(answer.payload)
    assert answer.payload["errors"][0]["message"] == "Something went wrong on our side."
    assert SECRET in caplog.text  # whoever runs it is told


@PATHS
@pytest.mark.parametrize("operation", ["mutation", "subscription"])
async def test_a_schema_without_the_operations_type_refuses_it_cleanly(lab, plain, operation):
    for body in ("{ organisation { id } }", "{ __typename }", "{ nothing }"):
        answer = await lab.ask("olga", f"{operation} {body}", plain=plain)
        assert answer.status == 400
        assert "data" not in answer.payload
        assert set(errors_of(answer).values()) == {"GRAPHQL_VALIDATION_FAILED"}
