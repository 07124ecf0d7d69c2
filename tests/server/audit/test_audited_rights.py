"""What is told about rights, and the enums that repeat what is known elsewhere."""

from enum import Enum

import pytest
import strawberry

from authz.roles import ROLES, SYSTEMS, graphql_name
from db.models import User
from engine.declare.commands import Target
from engine.declare.fields import Argument, Node, command, input_field
from engine.declare.guarded import GuardedField
from engine.kinds import allowed_actions, by_id, caller, can, changed, field, static
from engine.kinds.allowed_actions import AllowedActions
from engine.kinds.can import Can
from things import Things

_NAMES = {"THING_RENAME": "thing.rename", "THING_CREATE": "thing.create"}
Action = strawberry.enum(Enum("Action", _NAMES))


@strawberry.input
class Renaming:
    thing_id: strawberry.ID = input_field("thing.rename")


@strawberry.input
class Creation:
    name: str = input_field("thing.create")


@pytest.fixture
def told(faults, root, payload, kind):
    """What the audit finds in a schema with two commands."""

    @payload
    class Changed:
        thing: kind | None = changed("thing.read")

    @root
    class Mutation:
        rename: Changed | None = command(
            "thing.rename",
            None,
            given=Renaming,
            target=Target("Thing", "thing_id", "organisation_id"),
        )
        create: Changed | None = command("thing.create", None, given=Creation)

    def found(query, *types):
        return faults(query, *types, mutation=Mutation)

    return found


def test_rights_without_a_fault(told, entity):
    @entity(Things, read="thing.read", prefix="tht")
    class Told(Node):
        allowed_actions: list[Action] | None = allowed_actions("thing.read")

    @entity(User, read="user.read", prefix="usr")
    class Person(Node):
        can: bool | None = can("user.read_rights", Action)

    class Query:
        thing: Told | None = by_id("thing.read")
        me: Person | None = caller("user.read")

    assert told(Query) == set()


def test_allowed_actions_that_more_or_fewer_may_read_than_the_row(told, entity):
    @entity(Things, read="thing.read", prefix="tht")
    class Told(Node):
        allowed_actions: list[Action] | None = allowed_actions("thing.read_secret")
        picked: list[Action] | None = GuardedField(
            AllowedActions(), "thing.read", arguments=(Argument("verb", str),)
        )

    class Query:
        thing: Told | None = by_id("thing.read")

    assert told(Query) == {
        "Told.allowedActions names thing.read_secret, and is told to whoever sees the row: name thing.read.",
        "Told.picked takes an argument that nothing reads: remove it.",
    }


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        (list[Action], "can be withheld: make its type [Action!]! nullable."),
        (list[Action | None] | None, "is declared as AllowedActions, which cannot lead to [Action]: change its type or its declaration."),
        (Action | None, "is declared as AllowedActions, which cannot lead to Action: change its type or its declaration."),
        (list[str] | None, "is declared as AllowedActions, which cannot lead to [String!]: change its type or its declaration."),
    ],
)  # fmt: skip
def test_the_type_of_allowed_actions(told, entity, shape, written):
    @entity(Things, read="thing.read", prefix="tht")
    class Told(Node):
        allowed_actions: shape = allowed_actions("thing.read")

    class Query:
        thing: Told | None = by_id("thing.read")

    assert told(Query) == {f"Told.allowedActions {written}"}


def test_rights_where_there_is_no_row(told, payload, kind):
    @payload
    class Told:
        rights: list[Action] | None = allowed_actions("thing.read")

    class Query:
        allowed: list[Action] | None = allowed_actions("thing.read")
        own: list[Action] | None = allowed_actions("user.read_rights")
        can: bool | None = can("user.read_rights", Action)
        thing: kind | None = by_id("thing.read")

    assert told(Query, Told) == {
        "Query.allowed tells of the caller, and thing.read has another scope than self: name an action of one's own row.",
        "Query.can is declared as Can, which cannot stand on the root.",
        "Told.rights is declared as AllowedActions, which cannot stand on a payload.",
    }


def test_can_of_anybody_but_the_caller(told, entity):
    @entity(Things, read="thing.read", prefix="tht")
    class Told(Node):
        can: bool | None = can("thing.read", Action)

    @entity(User, read="user.read", prefix="usr")
    class Person(Node):
        never: int | None = can("user.read_rights", Action)
        known: bool | None = can("fact.read", Action)
        bare: bool | None = GuardedField(Can(), "user.read_rights")

    class Query:
        thing: Told | None = by_id("thing.read")
        me: Person | None = caller("user.read")

    rest = "has another scope than self: name an action of one's own row."
    assert told(Query) == {
        "Told.can tells of the caller: declare it on the type of the User.",
        f"Told.can tells of the caller, and thing.read {rest}",
        f"Person.known tells of the caller, and fact.read {rest}",
        "Person.never is declared as Can, which cannot lead to Int: change its type or its declaration.",
        "Person.bare needs exactly the arguments action: Action!, organisationId: ID.",
    }


def words(name, members):
    return strawberry.enum(Enum(name, members))


_ROLES = {graphql_name(role): role for role in ROLES}
_SYSTEMS = {system.upper(): system for system in SYSTEMS}
_LEVELS = {
    name: f"employer_account.{name.lower()}" for name in ("OWNER", "TRANSACTOR", "VIEWER", "AAN")
}


@pytest.mark.parametrize(
    ("name", "members", "written"),
    [
        ("Action", _NAMES, set()),
        ("RoleName", _ROLES, set()),
        ("System", _SYSTEMS, set()),
        ("EmployerAccountRole", _LEVELS, set()),
        ("InvitationStatus", {"OTHER": "other"}, set()),
        ("Action", {"THING_RENAME": "thing.rename"}, {"Action does not name thing.create: add THING_CREATE."}),
        ("Action", _NAMES | {"THING_TAG": "thing.tag"}, {"Action.THING_TAG stands for thing.tag, which it should not: correct or remove it."}),
        ("Action", {"THING_RENAME": "thing.rename", "CREATE": "thing.create"}, {
            "Action does not name thing.create: add THING_CREATE.",
            "Action.CREATE stands for thing.create, which it should not: correct or remove it.",
        }),
        ("RoleName", _ROLES | {"EMPLOYER_ACCOUNT_OWNER": "owner"}, {
            "RoleName does not name employer_account.owner: add EMPLOYER_ACCOUNT_OWNER.",
            "RoleName.EMPLOYER_ACCOUNT_OWNER stands for owner, which it should not: correct or remove it.",
        }),
        ("System", {k: v for k, v in _SYSTEMS.items() if v != "fieldgate"}, {"System does not name fieldgate: add FIELDGATE."}),
        ("EmployerAccountRole", _LEVELS | {"ADMIN": "careers_register.admin"}, {
            "EmployerAccountRole.ADMIN stands for careers_register.admin, which it should not: correct or remove it."
        }),
        ("TrainingProviderRole", {"USER": "training_provider.provider_user"}, {
            "TrainingProviderRole does not name training_provider.provider_user: add PROVIDER_USER.",
            "TrainingProviderRole.USER stands for training_provider.provider_user, which it should not: correct or remove it.",
        }),
    ],
)  # fmt: skip
def test_the_words_of_an_enum(told, kind, name, members, written):
    class Query:
        thing: kind | None = by_id("thing.read")
        word: words(name, members) | None = static("fact.read", str)

    assert told(Query) == written


def test_a_word_that_is_no_enum(told, kind, entity):
    @entity(Things, read="thing.read", prefix="tht")
    class System(Node):
        name: str | None = field()

    class Query:
        thing: kind | None = by_id("thing.read")
        system: System | None = by_id("thing.read")

    assert told(Query) == {
        f"System does not name {system}: add {system.upper()}." for system in SYSTEMS
    }
