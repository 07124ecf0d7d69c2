"""The playground's starter queries: each can be asked, today, by everybody whom it is offered to."""

import re
from pathlib import Path

import pytest

from authz.roles import ROLES
from db.seed.demo import PEOPLE, Person, demo_key

FILES = sorted((Path(__file__).parents[1] / "playground" / "src" / "starters").glob("*.graphql"))
HEAD = re.compile(r"# (?P<title>.+)\n# For: (?P<roles>.+)\n")
REFUSED = {"AddPayeScheme": {"EMPLOYER_ACCOUNT_OWNER"}}
"""The mutation that is offered to more people than may make it, and who those are."""


def offered(file: Path) -> tuple[str, list[str]]:
    """The title of a starter, and whom it is for."""
    head = HEAD.match(file.read_text("utf-8"))
    return head["title"], head["roles"].split(", ")


def grant_for(person: Person, names: list[str]) -> tuple[str, str] | None:
    """The role, and the organisation, for which a person is offered a starter."""
    for held in person.grants:
        role = ROLES[held.role].graphql_name
        if any(name == "anybody" or role.startswith(name) for name in names):
            return role, f"org_{demo_key(f'organisation:{held.organisation}')}"
    return None


ASKED = {
    f"{file.stem}-{role}": (file, handle, role, organisation)
    for file in FILES
    for person in PEOPLE
    if person.signs_in and person.status == "ACTIVE"
    if (grant := grant_for(person, offered(file)[1])) is not None
    for handle, (role, organisation) in [(person.handle, grant)]
}
"""One person for each role that a starter is for."""


@pytest.mark.parametrize(("file", "handle", "role", "organisation"), ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_a_starter_can_be_asked(world, file, handle, role, organisation):
    document = file.read_text("utf-8")
    [operation] = re.findall(r"(?:query|mutation) (\w+)", document)
    known = {"role": role, "organisationId": organisation}
    variables = {name: value for name, value in known.items() if f"${name}" in document}
    reply = await (await world.client(handle)).ask(document, variables)
    assert reply.status == 200, reply.json
    assert set(reply.refusals.values()) <= {"FORBIDDEN"}
    answered = all(root is not None for root in reply.data.values())
    assert answered == (role in REFUSED.get(operation, {role}))


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_somebody_whom_nobody_knows_can_open_an_account(world):
    [file] = [file for file in FILES if offered(file)[1] == ["nobody yet"]]
    client = await world.client(subject="newcomer", email="newcomer@example.test")
    reply = await client.ask(file.read_text("utf-8"))
    assert reply.errors == []
    assert reply.data["createAccount"]["grant"]["role"] == "EMPLOYER_ACCOUNT_OWNER"


def test_titles_differ():
    titles = [offered(file)[0] for file in FILES]
    assert len(titles) == len(set(titles)) > 5


def test_every_role_has_a_starter_of_its_own():
    named = [name for file in FILES for name in offered(file)[1]]
    for role in ROLES.values():
        assert any(role.graphql_name.startswith(name) for name in named), role.name
