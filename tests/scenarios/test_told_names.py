"""What a refused request is told: which name was meant, out of what its sender is shown alone."""

from __future__ import annotations

import pytest

from scenarios.finding import asker

# a document with a typo, its variables, and what is suggested to an Owner
TYPOS = {
    "a field": ("{ me { nmae } }", None, ["name"]),
    "a root field": ("{ user { id } organisatons(first: 1) { totalCount } }", None, ["organisations", "organisation"]),
    "a field of an account": ("{ organisations(first: 1) { nodes { account { payeScheme { id } } } } }", None, ["payeSchemes"]),
    "an argument": ("{ users(frist: 1) { totalCount } }", None, ["first"]),
    "a type": ("query ($f: UserFiltr) { users(first: 1, filter: $f) { totalCount } }", None, ["UserFilter", "UserOrder"]),
    "an input field": ('{ users(first: 1, filter: {nam: {eq: "x"}}) { totalCount } }', None, ["name"]),
    "an operator": ('{ users(first: 1, filter: {name: {startWith: "x"}}) { totalCount } }', None, ["startsWith"]),
    "an enum value": ("{ users(first: 1, orderBy: {field: NAMES}) { totalCount } }", None, ["NAME"]),
    "an enum value in a variable": ("query ($o: UserOrder) { users(first: 1, orderBy: $o) { totalCount } }", {"o": {"field": "NAMEE"}}, ["NAME"]),
    "an input field in a variable": ("query ($f: UserFilter) { users(first: 1, filter: $f) { totalCount } }", {"f": {"not": {"emial": {"eq": "x"}}}}, ["email"]),
    "a field of an input of a command": ("mutation ($i: RenameAccountInput!) { renameAccount(input: $i) { organisation { id } } }", {"i": {"organisationId": "x", "name": "y", "ifVersoin": 1}}, ["ifVersion"]),
    "a command": ("mutation { renameAcount(input: {}) { organisation { id } } }", None, ["renameAccount"]),
    "a directive's argument": ("{ me { id @skip(fi: true) } }", None, ["if"]),
    "an interface's field": ('{ node(id: "x") { name } }', None, None),
}  # fmt: skip


@pytest.mark.parametrize(("document", "given", "meant"), TYPOS.values(), ids=TYPOS)
async def test_a_typo_is_told_what_may_have_been_meant(shared_world, document, given, meant):
    client = await shared_world.client("olga")
    for _ in range(2):  # the refused document is remembered
        reply = await client.ask(document, given)
        told = [error for error in reply.errors if "suggestions" in error["extensions"]]
        assert told, reply.errors
        [error] = told
        found = error["extensions"]["suggestions"]
        if meant is None:
            assert {"User", "Organisation"} & set(found)
        else:
            assert found[: len(meant)] == meant
        assert " Did you mean " in error["message"]
        assert all(f"'{name}'" in error["message"] for name in found)
        assert reply.data is None


HIDDEN = {
    "a field of an account": "{ organisations(first: 1) { nodes { account { payeScheme { id } } } } }",
    "another": "{ organisations(first: 1) { nodes { account { warnins } } } }",
    "below what is hidden": "{ organisations(first: 1) { nodes { account { invitations(first: 1) { nodes { emial } } } } } }",
    "a type": "query ($o: RenameAccountInpt) { me { id } }",
    "a command": "mutation { inviteUsr(input: {}) { invitation { id } } }",
    "a root field": "{ apprenticeRecord_(id: 1) { id } caseload_ { id } }",
    "an argument": "{ organisations(first: 1) { nodes { account { invitations(frist: 1) { totalCount } } } } }",
    "an input of a command": 'mutation { renameAccount(input: {nam: "x"}) { organisation { id } } }',
    "a word": "{ me { can(action: EMPLOYER_ACCOUNT_RENAM, organisationId: 1) } }",
}  # fmt: skip


@pytest.mark.parametrize("document", HIDDEN.values(), ids=HIDDEN)
async def test_a_typo_near_what_is_not_shown_suggests_nothing_of_it(shared_world, document):
    """Aisha is an AAN user: of what only others see nothing is suggested, to Olga it is."""
    aisha, olga = await shared_world.client("aisha"), await shared_world.client("olga")
    mine, theirs = await aisha.ask(document), await olga.ask(document)
    assert mine.status == theirs.status == 400
    shown = (
        await aisha.ask("{ __schema { types { name fields { name } enumValues { name } } } }")
    ).data
    known = {kind["name"] for kind in shown["__schema"]["types"]}
    for kind in shown["__schema"]["types"]:
        known |= {each["name"] for key in ("fields", "enumValues") for each in kind[key] or ()}
    for error in mine.errors:
        assert set(error["extensions"].get("suggestions", ())) <= known
        if "suggestions" not in error["extensions"]:
            assert "Did you mean" not in error["message"]
    assert len(mine.errors) == len(theirs.errors)


async def test_what_is_suggested_to_one_is_not_told_another(shared_world):
    document = (
        "{ organisations(first: 1) { nodes { account { payeScheme { id } } } } } # remembered"
    )
    told = []
    for who in ("olga", "aisha", "olga", "aisha", "petra"):
        reply = await (await shared_world.client(who)).ask(document)
        [error] = reply.errors
        told.append(error["extensions"].get("suggestions"))
    assert told == [["payeSchemes"], None, ["payeSchemes"], None, None]


async def test_a_document_that_costs_too_much_is_told_by_how_much_and_what_would_fit(shared_world):
    client = await shared_world.client("olga")
    document = "query ($n: Int) { people: users(first: $n) { nodes { grants { user { grants { id } } } } } }"
    reply = await client.ask(document, {"n": 60})
    [error] = reply.errors
    told = error["extensions"]
    assert (told["code"], told["reason"]) == ("QUERY_TOO_COMPLEX", "COST")
    assert (told["limit"], told["actual"], told["fieldCost"]) == (5000, 7260, 7260)
    assert (told["field"], told["coordinate"]) == ("people", "Query.users")
    fits = told["suggestedFirst"]
    assert "7,260" in error["message"]
    assert "5,000" in error["message"]
    assert f"first: {fits} would fit" in error["message"]
    assert (await client.ask(document, {"n": fits})).errors == []
    assert (await client.ask(document, {"n": fits + 1})).status == 400


async def test_a_fragment_with_directives_may_be_spread_again_and_again(shared_world):
    client = await shared_world.client("olga")
    people = " ".join(f"u{n}: users(first: {n + 1}) {{ nodes {{ ...F }} }}" for n in range(6))
    document = f"query ($on: Boolean!) {{ {people} }} fragment F on User {{ %s }}"
    inside = "... @include(if: $on) { "
    reply = await client.ask(document % (inside * 20 + "id" + " }" * 20), {"on": True})
    assert reply.errors == []
    assert all(node.keys() == {"id"} for page in reply.data.values() for node in page["nodes"])
    refused = await client.ask(document % (inside * 60 + "id" + " }" * 60), {"on": True})
    [error] = refused.errors
    told = error["extensions"]
    assert (told["reason"], told["limit"], told["actual"]) == ("DIRECTIVES", 50, 60)
    assert told["definition"] == "fragment F"


@pytest.mark.parametrize("who", ["lou", "ivy", "indy", "nobody"])
async def test_everybody_may_mistype_whatever_they_are_shown(shared_world, who):
    """Of a part that holds next to nothing next to nothing is suggested; it is no fault."""
    client = await asker(shared_world, who)
    for document, given, _ in TYPOS.values():
        reply = await client.ask(document, given)
        assert reply.status == 400
        codes = {error["extensions"]["code"] for error in reply.errors}
        assert codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
