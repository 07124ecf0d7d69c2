"""Every cell of what may be read of an account (D0-M03 and reading A14), for all four roles."""

import pytest

from scenarios.rows import organisation_id, organisation_key, user_id, user_key

# Given Alder (Olga, Tariq, Vera, Aisha) and Birch (Tariq, Tess, Vic, Ana); a cell that is not Y
# is null and FORBIDDEN at that very field, its siblings untouched.
PEOPLE = {"alder": ("olga", "tariq", "vera", "aisha"), "birch": ("tariq", "tess", "vic", "ana")}
ROLES = ("owner", "transactor", "viewer", "aan")
CELLS = [
    # field of Organisation or EmployerAccount                    O T V A    source
    ("id",                                                        "YYYY",    "A14"),
    ("kind",                                                      "YYYY",    "A14"),
    ("name",                                                      "YYYY",    "A14"),
    ("account { __typename }",                                    "YYYY",    "A14"),
    ("account { levyStatus }",                                    "YYYX",    "A14"),
    ("account { warnings }",                                      "YXXX",    "A14"),
    ("account { payeSchemes { reference name addedAt } }",        "YYYX",    "A14"),
    ("account { legalEntities { name code source addedAt } }",    "YYYX",    "A14"),
    ("account { agreements { status version offeredAt } }",       "YYYX",    "D0-M03"),
    ("account { agreements { history { status at } } }",          "YYYX",    "D0-M03"),
    ("account { agreements { legalEntity { name } } }",           "YYYX",    "D0-M03"),
    ("account { team(first: 50) { totalCount } }",                "YYYX",    "A14"),
    ("account { team(first: 50) { nodes { role } } }",            "YYYX",    "A14"),
    ("account { team(first: 50) { nodes { user { name } } } }",   "YYYX",    "A14"),
    ("account { invitations(first: 50) { totalCount } }",         "YXXX",    "A14"),
    ("account { invitations(first: 50) { nodes { email } } }",    "YXXX",    "A14"),
]  # fmt: skip
REQUIRED = {"Y": True, "X": False}


@pytest.mark.parametrize("role", range(4), ids=ROLES)
@pytest.mark.parametrize("account", PEOPLE)
@pytest.mark.parametrize(("field", "cells", "source"), CELLS, ids=[cell[0] for cell in CELLS])
async def test_cell(shared_world, account, field, cells, source, role):
    client = await shared_world.client(PEOPLE[account][role])
    organisation = await organisation_id(shared_world, account)
    document = f'{{ organisation(id: "{organisation}") {{ sibling: name {field} }} me {{ id }} }}'
    reply = await client.ask(document)
    assert reply.status == 200
    assert reply.data["organisation"]["sibling"]
    assert reply.data["me"]["id"].startswith("usr_")
    words = [word.partition("(")[0] for word in field.replace("{", " ").replace("}", " ").split()]
    if REQUIRED[cells[role]]:
        assert reply.errors == []
        assert leaves(reply.data["organisation"], words[:1])
        return
    assert reply.data["organisation"]["account"] == {words[1]: None}
    (error,) = reply.errors
    assert error["path"] == ["organisation", "account", words[1]]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["coordinate"] == f"EmployerAccount.{words[1]}"
    assert source in str(error["extensions"]["source"])


# A team member's contact: e-mail and status belong to the Owner and to the person (D3-20).
CONTACT = [("name", "YYY"), ("email", "YXX"), ("status", "YXX")]


@pytest.mark.parametrize("role", range(3), ids=ROLES[:3])
@pytest.mark.parametrize("account", PEOPLE)
@pytest.mark.parametrize(("field", "cells"), CONTACT)
async def test_contact_of_another_member(shared_world, account, field, cells, role):
    client = await shared_world.client(PEOPLE[account][role])
    other = await user_id(shared_world, PEOPLE[account][3])
    reply = await client.ask(f'{{ user(id: "{other}") {{ id {field} }} }}')
    assert reply.data["user"]["id"] == other
    if REQUIRED[cells[role]]:
        assert reply.errors == []
        assert reply.data["user"][field]
        return
    assert reply.data["user"][field] is None
    (error,) = reply.errors
    assert error["path"] == ["user", field]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["coordinate"] == f"User.{field}"


# Names and roles only for Transactor and Viewer (A14): since when and until when is the Owner's.
PERIOD = [("role", "YYY"), ("startsAt", "YXX"), ("endsAt", "YXX")]


@pytest.mark.parametrize("role", range(3), ids=ROLES[:3])
@pytest.mark.parametrize("account", PEOPLE)
@pytest.mark.parametrize(("field", "cells"), PERIOD)
async def test_period_of_another_member(shared_world, account, field, cells, role):
    client = await shared_world.client(PEOPLE[account][role])
    other = await grant_id(shared_world, PEOPLE[account][3], account)
    reply = await client.ask(f'{{ node(id: "{other}") {{ id ... on RoleGrant {{ {field} }} }} }}')
    assert reply.data["node"]["id"] == other
    if REQUIRED[cells[role]]:
        assert reply.errors == []
        assert (reply.data["node"][field] is None) is (field == "endsAt")  # it has no end
        return
    assert reply.data["node"][field] is None
    (error,) = reply.errors
    assert error["path"] == ["node", field]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["coordinate"] == f"RoleGrant.{field}"
    assert error["extensions"]["action"] == "role_grant.read_period"


@pytest.mark.parametrize("account", PEOPLE)
async def test_everybody_reads_since_when_they_are_members(shared_world, account):
    for handle in PEOPLE[account]:
        client = await shared_world.client(handle)
        own = await grant_id(shared_world, handle, account)
        reply = await client.ask(
            f'{{ node(id: "{own}") {{ ... on RoleGrant {{ startsAt endsAt }} }} }}'
        )
        assert reply.errors == []
        assert reply.data["node"] == {"startsAt": "2024-01-08T09:00:00+00:00", "endsAt": None}


async def test_a_team_shows_a_viewer_the_period_of_one_row(shared_world):
    vera = await shared_world.client("vera")
    alder = await organisation_id(shared_world, "alder")
    own = await grant_id(shared_world, "vera", "alder")
    reply = await vera.ask(
        f'{{ organisation(id: "{alder}") {{ account {{ team(first: 9) {{ nodes {{ id role startsAt'
        " } } } } }"
    )
    nodes = reply.data["organisation"]["account"]["team"]["nodes"]
    assert len(nodes) == 5
    assert [node["id"] for node in nodes if node["startsAt"]] == [own]
    path = "organisation.account.team.nodes"
    assert reply.refusals == {
        f"{path}.{at}.startsAt": "FORBIDDEN" for at, node in enumerate(nodes) if node["id"] != own
    }


# What each role may do with the account, its rows and its team (D0-M02, M04, M06 to M08, A08).
OWNERS = {
    "Organisation": [
        "EMPLOYER_ACCOUNT_RENAME", "LEGAL_ENTITY_ADD", "PAYE_SCHEME_ADD", "TEAM_INVITE",
        "TEAM_LEAVE",
    ],
    "payeSchemes": ["PAYE_SCHEME_REMOVE"],
    "legalEntities": ["LEGAL_ENTITY_REMOVE"],
    "agreements": ["AGREEMENT_ACCEPT"],
    "team": ["TEAM_CHANGE_ROLE", "TEAM_REMOVE"],
}  # fmt: skip


@pytest.mark.parametrize("role", range(4), ids=ROLES)
@pytest.mark.parametrize("account", PEOPLE)
async def test_what_may_be_done_is_the_owners(shared_world, account, role):
    client = await shared_world.client(PEOPLE[account][role])
    organisation = await organisation_id(shared_world, account)
    reply = await client.ask(
        f'{{ organisation(id: "{organisation}") {{ editVersion allowedActions account {{'
        " payeSchemes { allowedActions } legalEntities { allowedActions }"
        " agreements { editVersion allowedActions }"
        " team(first: 50) { nodes { editVersion allowedActions } } } } }"
    )
    found = reply.data["organisation"]
    may = OWNERS if ROLES[role] == "owner" else {key: [] for key in OWNERS}
    assert sorted(found["allowedActions"]) == may["Organisation"]
    assert found["editVersion"] == (1 if ROLES[role] == "owner" else None)
    withheld = {"organisation.editVersion"} if ROLES[role] != "owner" else set()
    if ROLES[role] == "aan":
        assert set(found["account"].values()) == {None}
        withheld |= {f"organisation.account.{field}" for field in found["account"]}
    else:
        found["account"]["team"] = found["account"]["team"]["nodes"]
        for field, rows in found["account"].items():
            assert rows
            assert all(sorted(row["allowedActions"]) == may[field] for row in rows)
            assert {row.get("editVersion", 1) for row in rows} == {1}
    assert reply.refusals == dict.fromkeys(withheld, "FORBIDDEN")


@pytest.mark.parametrize("account", PEOPLE)
async def test_an_aan_member_sees_no_other_member(shared_world, account):
    client = await shared_world.client(PEOPLE[account][3])
    for handle in PEOPLE[account][:3]:
        other = await user_id(shared_world, handle)
        reply = await client.ask(f'{{ user(id: "{other}") {{ id name email }} }}')
        assert reply.data == {"user": None}
        assert [error["extensions"]["code"] for error in reply.errors] == ["NOT_FOUND"]
    reply = await client.ask("{ users(first: 10) { totalCount nodes { name email status } } }")
    assert reply.errors == []
    assert reply.data["users"]["totalCount"] == 1


@pytest.mark.parametrize("handle", ["olga", "tariq", "vera", "aisha", "petra", "eve", "indy"])
async def test_everybody_reads_their_own_contact(shared_world, handle):
    client = await shared_world.client(handle)
    reply = await client.ask("{ me { name email status grants { role organisation { name } } } }")
    assert reply.errors == []
    assert reply.data["me"]["email"] == f"{handle}@example.test"
    assert reply.data["me"]["status"] == "ACTIVE"
    assert all(grant["organisation"]["name"] for grant in reply.data["me"]["grants"])
    assert reply.data["me"]["grants"]


async def grant_id(world, handle, account):
    rows = await world.sql(
        "SELECT id FROM role_grants WHERE user_id = :user AND organisation_id = :at"
        " AND system = 'employer_account'",
        user=await user_key(world, handle),
        at=await organisation_key(world, account),
    )
    return f"grt_{rows[0][0]}"


def leaves(value, words):
    """Say whether something stands at the field, however deep its selection goes."""
    return value[words[0]] is not None
