"""`roles` and `policy` are public data (D3-18), and say what the policy export says."""

import json

import pytest

from authz.policy import Policy
from authz.publishing.export import render
from authz.roles import ROLES, SYSTEMS
from scenarios.rows import NOBODYS

POLICY = """
query ($system: System, $role: RoleName, $action: String) {
  policy(system: $system, role: $role, action: $action) {
    system source sentence feature action role effect scope when fields restored note
  }
}
"""
SIGNED_IN = "signed_in"
KEYS = (
    "system", "source", "feature", "action", "role", "effect", "scope", "when", "fields",
    "restored", "note",
)  # fmt: skip


def exported():
    """The lines of the export, spelt as GraphQL spells them."""
    lines = json.loads(render(Policy.load(), "json"))
    for line in lines:
        assert tuple(line) == KEYS
        yield {
            **line,
            "system": line["system"].upper(),
            "role": None
            if line["role"].endswith(SIGNED_IN)
            else line["role"].upper().replace(".", "_"),
            "effect": line["effect"].upper(),
            "fields": line["fields"] or None,
            "restored": bool(line["restored"]),
        }


async def test_the_policy_is_the_export(shared_world):
    client = await shared_world.client("aisha")
    reply = await client.ask(POLICY)
    assert reply.errors == []
    found = [{key: row[key] for key in KEYS} for row in reply.data["policy"]]
    wanted = list(exported())
    assert len(wanted) > 180
    assert found == wanted
    assert all(row["sentence"] for row in reply.data["policy"])


FILTERS = [
    {"system": "EMPLOYER_ACCOUNT"},
    {"system": "FIELDGATE"},
    {"role": "EMPLOYER_ACCOUNT_OWNER"},
    {"role": "EMPLOYER_ACCOUNT_AAN"},
    {"role": "INSPECTION_ACCESS_TUTOR"},
    {"action": "agreement.read"},
    {"action": "user.read"},
    {"action": "nothing.at_all"},
    {"action": ""},
    {"system": "EMPLOYER_ACCOUNT", "action": "user.read"},
    {"system": "FIELDGATE", "role": "EMPLOYER_ACCOUNT_OWNER"},
    {"system": "EMPLOYER_ACCOUNT", "role": "EMPLOYER_ACCOUNT_VIEWER", "action": "team.read"},
    {"system": None, "role": None, "action": None},
]


@pytest.mark.parametrize("arguments", FILTERS)
async def test_the_policy_by_system_role_and_action(shared_world, arguments):
    client = await shared_world.client("petra")
    reply = await client.ask(POLICY, arguments)
    wanted = [
        row
        for row in exported()
        if all(value is None or row[key] == value for key, value in arguments.items())
    ]
    assert [{key: row[key] for key in KEYS} for row in reply.data["policy"]] == wanted


async def test_the_roles_are_all_roles_with_their_policy(shared_world):
    client = await shared_world.client("olga")
    reply = await client.ask(
        "{ roles { name title system organisationKinds policy { action role effect } } }"
    )
    assert reply.errors == []
    roles = {role["name"]: role for role in reply.data["roles"]}
    assert list(roles) == [name.upper().replace(".", "_") for name in ROLES]
    assert len(roles) == len(ROLES) == 27
    lines = list(exported())
    for name, role in roles.items():
        assert role["title"]
        assert role["organisationKinds"]
        assert name.startswith(role["system"])
        wanted = [row for row in lines if row["role"] == name]
        assert role["policy"] == [
            {key: row[key] for key in ("action", "role", "effect")} for row in wanted
        ]
    assert len(roles["EMPLOYER_ACCOUNT_OWNER"]["policy"]) > 45


@pytest.mark.parametrize("system", SYSTEMS)
async def test_the_roles_of_one_system(shared_world, system):
    client = await shared_world.client("vera")
    reply = await client.ask(
        "query ($s: System) { roles(system: $s) { name system } }", {"s": system.upper()}
    )
    assert [role["name"] for role in reply.data["roles"]] == [
        role.upper().replace(".", "_") for role in ROLES if role.startswith(system + ".")
    ]


async def test_the_policy_is_the_same_for_everybody_signed_in(shared_world):
    texts = set()
    for client in (
        await shared_world.client("olga"),
        await shared_world.client("aisha"),
        await shared_world.client("eve"),
        await shared_world.client(subject="somebody", email=NOBODYS),
    ):
        reply = await client.ask(POLICY)
        assert reply.errors == []
        texts.add(json.dumps(reply.data))
    assert len(texts) == 1


async def test_the_forty_five_rows_of_the_matrix_are_all_there(shared_world):
    client = await shared_world.client("olga")
    reply = await client.ask(POLICY, {"system": "EMPLOYER_ACCOUNT"})
    rows = reply.data["policy"]
    sources = {row["source"] for row in rows if row["source"].startswith("D0-M")}
    assert sources == {f"D0-M{number:02}" for number in range(1, 46)}
    allowed = {
        (row["source"], row["role"])
        for row in rows
        if row["effect"] == "ALLOW" and row["source"].startswith("D0-M")
    }
    by_role = {
        role: sum(1 for _, held in allowed if held == f"EMPLOYER_ACCOUNT_{role}")
        for role in ("OWNER", "TRANSACTOR", "VIEWER", "AAN")
    }
    assert by_role == {"OWNER": 45, "TRANSACTOR": 35, "VIEWER": 14, "AAN": 1}
