"""Every cell of what may be read of an account (D0-M03 and reading A14), for all four roles."""

import pytest

from scenarios.rows import organisation_id, user_id

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


def leaves(value, words):
    """Say whether something stands at the field, however deep its selection goes."""
    return value[words[0]] is not None
