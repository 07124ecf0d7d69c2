"""Commands and payloads that the start-up audit refuses."""

from enum import Enum

import pytest
import strawberry

from engine.declare.commands import Command, LockByWord, Named, Target
from engine.declare.connection_types import Connection
from engine.declare.fields import Argument, Node, command, input_field, value
from engine.declare.guarded import GuardedField
from engine.kinds import (
    Declarations,
    by_id,
    caller,
    changed,
    connection,
    field,
    node_by_id,
    one,
    static,
)
from engine.kinds.column import Column
from engine.kinds.to_one import ToOne
from things import Parts, Things

TARGET = Target("Thing", "thing_id", "organisation_id")


@strawberry.input
class Renaming:
    thing_id: strawberry.ID = input_field("thing.rename")
    name: str = input_field("thing.rename")
    tag: str | None = input_field("thing.tag", default=strawberry.UNSET)


@strawberry.input
class Creation:
    name: str = input_field("thing.create")


@pytest.fixture
def renamed(payload, kind):
    """A payload without a fault."""

    @payload
    class Renamed:
        thing: kind | None = changed("thing.read")

    return Renamed


@pytest.fixture
def mutated(faults, root, kind):
    """What the audit finds in a schema with this mutation type."""

    class Query:
        thing: kind | None = by_id("thing.read")

    def found(mutation, *types):
        return faults(Query, *types, mutation=root(mutation))

    return found


def test_commands_without_a_fault(mutated, renamed):
    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)
        create: renamed | None = command("thing.create", None, given=Creation)

    assert mutated(Mutation) == set()


def test_anything_but_a_command_among_the_mutations(mutated, kind):
    class Mutation:
        fact: str | None = static("thing.rename", str)
        thing: kind | None = by_id("thing.rename")
        node: Node | None = node_by_id()

    found = mutated(Mutation)
    for name, spec in (("fact", "Static"), ("thing", "ById"), ("node", "NodeById")):
        sentence = (
            f"Mutation.{name} is declared as {spec}, which cannot stand on the mutation type."
        )
        assert sentence in found


def test_a_command_where_nothing_is_changed(faults, entity, renamed):
    @entity(Parts, read="part.read")
    class Part:
        rename: renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)

    class Query:
        rename: renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)

    found = faults(Query, Part)
    assert "Part.rename is declared as Command, which cannot stand on a row." in found
    assert "Query.rename is declared as Command, which cannot stand on the root." in found
    assert "Query.rename is part of a query with a writing action, thing.rename: name another." in found  # fmt: skip


@pytest.mark.parametrize("shape", [lambda p, _: list[p], lambda _, t: t, lambda *_: str])
def test_a_command_that_answers_no_payload(mutated, renamed, kind, shape):
    class Mutation:
        rename: shape(renamed, kind) | None = command(
            "thing.rename", None, given=Renaming, target=TARGET
        )

    (fault,) = mutated(Mutation)
    assert fault.startswith("Mutation.rename is declared as Command, which cannot lead to ")


def test_a_payload_that_is_never_null(mutated, renamed):
    class Mutation:
        rename: renamed = command("thing.rename", None, given=Renaming, target=TARGET)

    assert mutated(Mutation) == {
        "Mutation.rename can be withheld: make its type Renamed! nullable."
    }


def asked(*arguments):
    spec = Command(None, Renaming, TARGET)
    return GuardedField(spec, "thing.rename", arguments=arguments)


@pytest.mark.parametrize(
    "declare",
    [
        asked,
        lambda: asked(Argument("given", Renaming)),
        lambda: asked(Argument("input", Renaming), Argument("force", bool)),
        lambda: asked(Argument("input", Renaming | None)),
        lambda: asked(Argument("input", list[Renaming])),
        lambda: asked(Argument("input", str)),
        lambda: asked(Argument("input", Creation)),
    ],
)
def test_a_command_that_takes_something_else_than_its_input(mutated, renamed, declare):
    class Mutation:
        rename: renamed | None = declare()

    assert "Mutation.rename needs one argument, input, of the type Renaming!." in mutated(Mutation)


def test_an_object_type_can_be_no_input(mutated, renamed):
    spec = Command(None, renamed, TARGET)

    class Mutation:
        rename: renamed | None = GuardedField(
            spec, "thing.rename", arguments=(Argument("input", Renaming),)
        )

    assert "Mutation.rename needs one argument, input, of the type Renamed!." in mutated(Mutation)


def test_an_argument_under_another_action_than_its_command(mutated, renamed):
    class Mutation:
        rename: renamed | None = GuardedField(
            Command(None, Renaming, TARGET),
            "thing.rename",
            arguments=(Argument("input", Renaming, "thing.tag"),),
        )

    assert mutated(Mutation) == {
        "Mutation.rename(input:) stands under thing.tag, and the planner decides by the action of Mutation.rename alone: name thing.rename there, or split the field."
    }


def test_input_fields_that_no_decision_covers(mutated, renamed):
    @strawberry.input
    class Inner:
        secret: str = input_field("thing.rename")

    @strawberry.input
    class Wish:
        thing_id: strawberry.ID = input_field("thing.rename")
        other_id: strawberry.ID | None = input_field("thing.rename", default=strawberry.UNSET)
        part_ids: list[strawberry.ID] = input_field("thing.rename")
        inner: list[Inner] | None = input_field("thing.rename", default=strawberry.UNSET)
        free: str = "free"

    @strawberry.input
    class Start:
        thing_id: strawberry.ID = input_field("thing.create")

    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Wish, target=TARGET)
        create: renamed | None = command("thing.create", None, given=Start)

    rest = "is an id that no decision resolves: Mutation"
    assert mutated(Mutation) == {
        f"Wish.otherId {rest}.rename resolves those of its target and of what it names.",
        f"Wish.partIds {rest}.rename resolves those of its target and of what it names.",
        f"Start.thingId {rest}.create resolves those of its target and of what it names.",
        "Wish.inner holds the fields of Inner, which nobody decides: name them.",
        "Wish.free has no rule: declare it with input_field(action).",
    }


def test_input_fields_that_every_call_sends_under_another_action(mutated, renamed):
    @strawberry.input
    class Wish:
        thing_id: strawberry.ID = input_field("thing.rename")
        name: str = input_field("thing.tag")
        tag: str | None = input_field("thing.tag", default="none")
        note: str | None = input_field("thing.tag", default=None)

    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Wish, target=TARGET)

    rest = "stands under thing.tag, and every Mutation.rename sends it: name thing.rename, or let it be left out."
    assert mutated(Mutation) == {f"Wish.{name} {rest}" for name in ("name", "tag", "note")}


@pytest.mark.parametrize(
    ("target", "written"),
    [
        (Target("Thing", "name", "organisation_id"), "acts on name, which is no ID! of Renaming."),
        (Target("Thing", "other", "organisation_id"), "acts on other, which is no ID! of Renaming."),
        (Target("Part", "thing_id", "organisation_id"), "acts on Part, which is no @entity with a prefix."),
        (Target("Renamed", "thing_id", "organisation_id"), "acts on Renamed, which is no @entity with a prefix."),
        (Target("Thing", "thing_id", "owner_id"), "locks by owner_id, which is not the key of an organisation in every row of things: name the column that is."),
        (Target("Thing", "thing_id", "former_id"), "locks by former_id, which is not the key of an organisation in every row of things: name the column that is."),
        (Target("Thing", "thing_id", "id"), "locks by id, which is not the key of an organisation in every row of things: name the column that is."),
        (Target("Thing", "thing_id", "organisation_id", moves=True), None),
    ],
)  # fmt: skip
def test_what_a_command_acts_on(mutated, entity, renamed, target, written):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()

    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Renaming, target=target)

    found = {fault for fault in mutated(Mutation, Part) if "is an id that no" not in fault}
    assert found == ({f"Mutation.rename {written}"} if written else set())


SIDE = LockByWord("side", {"NEAR": "organisation_id", "FAR": "former_id"})


@strawberry.enum
class Side(Enum):
    NEAR = "NEAR"
    FAR = "FAR"


@strawberry.input
class Gathering:
    thing_ids: list[strawberry.ID] = input_field("thing.rename")
    side: Side = input_field("thing.rename")
    lid_id: strawberry.ID = input_field("thing.rename")
    tag: str | None = input_field("thing.tag", default=strawberry.UNSET)


LID = (Named("Thing", "lid_id", "thing.rename"),)
GATHERED = "Mutation.gather"
IDS = "is an id that no decision resolves: Mutation.gather resolves those of its target and of what it names."


@pytest.mark.parametrize(
    ("target", "names", "written"),
    [
        (Target("Thing", "thing_ids", SIDE, many=True), LID, set()),
        (Target("Thing", "thing_ids", "organisation_id", many=True), LID, set()),
        (
            Target("Thing", "thing_ids", "organisation_id"),
            LID,
            {f"{GATHERED} acts on thing_ids, which is no ID! of Gathering."},
        ),
        (
            Target("Thing", "lid_id", "organisation_id", many=True),
            (),
            {f"{GATHERED} acts on lid_id, which is no [ID!]! of Gathering.", f"Gathering.thingIds {IDS}"},
        ),
        (Target("Thing", "thing_ids", SIDE, many=True), (), {f"Gathering.lidId {IDS}"}),
        (
            Target("Thing", "thing_ids", LockByWord("side", {"NEAR": "organisation_id"}), many=True),
            LID,
            {f"{GATHERED} locks by the words of side, which are others in Gathering: name a column for each."},
        ),
        (
            Target("Thing", "thing_ids", LockByWord("tag", {"NEAR": "organisation_id"}), many=True),
            LID,
            {f"{GATHERED} locks by the words of tag, which are others in Gathering: name a column for each."},
        ),
        (
            Target("Thing", "thing_ids", LockByWord("side", {"NEAR": "organisation_id", "FAR": "name"}), many=True),
            LID,
            {f"{GATHERED} locks by name, which is not the key of an organisation in every row of things: name the column that is."},
        ),
        (
            Target("Thing", "thing_ids", "former_id", many=True),
            LID,
            {f"{GATHERED} locks by former_id, which is not the key of an organisation in every row of things: name the column that is."},
        ),
        (
            Target("Thing", "thing_ids", SIDE, many=True),
            (Named("Part", "lid_id", "thing.rename"),),
            {f"{GATHERED} names Part, which is no @entity with a prefix."},
        ),
        (
            Target("Thing", "thing_ids", SIDE, many=True),
            (*LID, Named("Thing", "tag", "thing.rename")),
            {f"{GATHERED} names a Thing by tag, which is no ID! of Gathering."},
        ),
        (
            Target("Thing", "thing_ids", SIDE, many=True),
            (*LID, Named("Thing", "gone_id", "thing.rename")),
            {f"{GATHERED} names a Thing by gone_id, which is no ID! of Gathering."},
        ),
        (
            Target("Thing", "thing_ids", SIDE, many=True),
            (Named("Thing", "lid_id", "thing.unheard"),),
            {f"{GATHERED} names a Thing under thing.unheard, which stands in no matrix."},
        ),
        (
            Target("Thing", "thing_ids", SIDE, many=True),
            (Named("Thing", "lid_id", "thing.sweep"),),
            {"Thing is named under thing.sweep in the scope area of employer_account.owner, which means nothing for its rows: bind it in authz/rows/bindings.py."},
        ),
    ],
)  # fmt: skip
def test_many_rows_and_what_is_named_beside_them(mutated, entity, renamed, target, names, written):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()

    class Mutation:
        gather: renamed | None = command(
            "thing.rename", None, given=Gathering, target=target, named=names
        )

    assert mutated(Mutation, Part) == written


@pytest.mark.parametrize(
    ("by_word", "written"),
    [
        ({"NEAR": "thing.tag", "FAR": "thing.rename"}, None),
        ({"FAR": "thing.unheard"}, "Wish.side names the action thing.unheard, which stands in no matrix."),
        ({"FAR": "thing.read"}, "Wish.side is part of a mutation with a reading action, thing.read: name another."),
        ({"FAR": "thing.sweep"}, "Thing is changed under thing.sweep in the scope area of employer_account.owner, which means nothing for its rows: bind it in authz/rows/bindings.py."),
    ],
)  # fmt: skip
def test_a_word_under_an_action_of_its_own(mutated, renamed, by_word, written):
    """Each word's action is one of the input's, so it has to be in a matrix, and to write."""

    @strawberry.input
    class Wish:
        thing_id: strawberry.ID = input_field("thing.rename")
        side: Side = input_field("thing.rename", by_word=by_word)

    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Wish, target=TARGET)

    assert mutated(Mutation) == ({written} if written else set())


def test_a_target_s_id_that_may_be_left_out(mutated, renamed):
    @strawberry.input
    class Wish:
        thing_id: strawberry.ID | None = input_field("thing.rename", default=strawberry.UNSET)

    class Mutation:
        rename: renamed | None = command("thing.rename", None, given=Wish, target=TARGET)

    assert mutated(Mutation) == {"Mutation.rename acts on thing_id, which is no ID! of Wish."}


@pytest.mark.parametrize(
    ("own", "sent"), [("thing.sweep", "thing.sweep"), ("thing.rename", "thing.sweep")]
)
def test_a_scope_that_means_nothing_for_the_target(mutated, renamed, own, sent):
    @strawberry.input
    class Wish:
        thing_id: strawberry.ID = input_field(own)
        wide: bool | None = input_field(sent, default=strawberry.UNSET)

    class Mutation:
        rename: renamed | None = command(own, None, given=Wish, target=TARGET)

    assert mutated(Mutation) == {
        "Thing is changed under thing.sweep in the scope area of employer_account.owner, which means nothing for its rows: bind it in authz/rows/bindings.py."
    }


def test_a_command_on_nothing_in_a_scope_that_is_held_somewhere(mutated, renamed):
    @strawberry.input
    class Wish:
        name: str = input_field("thing.create")
        tag: str | None = input_field("thing.tag", default=strawberry.UNSET)

    class Mutation:
        create: renamed | None = command("thing.create", None, given=Wish)
        sweep: renamed | None = command("thing.sweep", None, given=Creation)

    found = {fault for fault in mutated(Mutation) if "acts on no row" in fault}
    owner = "gives employer_account.owner the scope"
    assert found == {
        f"Mutation.create acts on no row, and thing.tag {owner} organisation (A14): give it a Target.",
        f"Mutation.sweep acts on no row, and thing.sweep {owner} area (A14): give it a Target.",
    }


def test_what_a_payload_cannot_hold(mutated, policy, kind):
    @Declarations(policy).payload
    class Renamed:
        name: str | None = GuardedField(Column("name"), "thing.read")
        me: kind | None = caller("thing.read")
        page: Connection[kind] | None = connection("thing.read")
        things: list[kind] | None = changed("thing.read")
        loose: str | None = None

    class Mutation:
        rename: Renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)

    assert mutated(Mutation) == {
        "Renamed.name is declared as Column, which cannot stand on a payload.",
        "Renamed.me is declared as Caller, which cannot stand on a payload.",
        "Renamed.page is declared as Paged, which cannot stand on a payload.",
        "Renamed.things is declared as ToOne, which cannot lead to [Thing!]: change its type or its declaration.",
        "Renamed.loose is declared without a rule: declare it in the body of Renamed with field() or another declaration that names an action.",
    }


def test_rows_of_a_payload_that_are_decided_or_found_by_something_else(mutated, policy, kind):
    asking = GuardedField(ToOne, "thing.read", arguments=(Argument("deep", bool),))

    @Declarations(policy).payload
    class Renamed:
        thing: kind = changed("thing.read")
        secret: kind | None = changed("thing.read_secret")
        other: kind | None = one("thing.read", on="thing")
        deep: kind | None = asking
        unknown: str | None = changed("thing.read")

    class Mutation:
        rename: Renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)

    assert mutated(Mutation) == {
        "Renamed.thing can be withheld: make its type Thing! nullable.",
        "Renamed.secret names thing.read_secret, and a payload shows Thing under thing.read: name that.",
        "Renamed.other is not found by its own key alone: declare it with changed().",
        "Renamed.deep is not found by its own key alone: declare it with changed().",
        "Renamed.unknown is declared as ToOne, which cannot lead to String: change its type or its declaration.",
    }


def test_a_payload_that_something_else_than_a_mutation_leads_to(faults, entity, renamed):
    @value
    class Fact:
        within: renamed

    @entity(Things, read="thing.read", prefix="thi")
    class Deep(Node):
        change: renamed | None = one("thing.read", on="organisation_id")

    class Query:
        fact: Fact | None = static("fact.read", list)
        known: renamed | None = static("fact.read", list)
        found: renamed | None = by_id("fact.read")
        page: Connection[renamed] | None = connection("fact.read")

    found = faults(Query, Deep)
    assert "Fact.within leads from a @value to Renamed: a value holds leaves and values alone, so lead there from an @entity." in found  # fmt: skip
    for place, spec, shape in (
        ("Deep.change", "ToOne", "Renamed"),
        ("Query.known", "Static", "Renamed"),
        ("Query.found", "ById", "Renamed"),
        ("Query.page", "Paged", "RenamedConnection"),
    ):
        sentence = f"{place} is declared as {spec}, which cannot lead to {shape}"
        assert f"{sentence}: change its type or its declaration." in found


def test_a_payload_that_can_be_asked_as_a_node(mutated, policy, kind):
    @Declarations(policy).payload
    class Renamed(Node):
        thing: kind | None = changed("thing.read")

    class Mutation:
        rename: Renamed | None = command("thing.rename", None, given=Renaming, target=TARGET)

    found = mutated(Mutation)
    assert "Renamed implements Node and is a @payload: it cannot be asked." in found
    assert any(fault.startswith("Renamed.id is as the interface Node has it: ") for fault in found)


def test_a_type_that_only_inherits_from_a_payload(mutated, renamed):
    @strawberry.type
    class Copy(renamed):
        note: str | None = None

    class Mutation:
        rename: Copy | None = command("thing.rename", None, given=Renaming, target=TARGET)

    assert mutated(Mutation) == {
        "Copy is neither a root, an @entity, a @payload nor a @value: declare it as one of them.",
        "Mutation.rename is declared as Command, which cannot lead to Copy: change its type or its declaration.",
    }
