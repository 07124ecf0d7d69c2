"""Scopes, columns, relations, orders and computed fields that the start-up audit refuses."""

import pytest
import strawberry
from sqlalchemy import select

from authz.policy import Policy
from authz.roles import ROLES
from authz.rows import bindings, scopes
from db.drivers.statements import one_of
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.kinds import (
    Declarations,
    aggregate,
    by_id,
    computed,
    connection,
    facet,
    field,
    many,
    one,
)
from server.schema_check import AuditError, audit
from things import Parts, Things


def test_a_scope_that_means_nothing_for_the_rows(faults, entity, kind):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field("thing.read_area")
        thing: kind | None = one("thing.read_area", on="thing_id")

    class Query:
        parts: Connection[Part] | None = connection("part.read")

    rest = "is read under thing.read_area in the scope area of employer_account.owner, which means nothing for its rows: bind it in authz/rows/bindings.py."
    assert faults(Query) == {f"Part {rest}", f"Thing {rest}"}


def bind(monkeypatch, model, **bound):
    binding = scopes.Binding(scopes.held, **bound)
    monkeypatch.setitem(bindings._BINDINGS, (model, "organisation"), binding)  # noqa: SLF001


def things_where(says):
    other = Things.__table__.alias("other")
    return lambda parameter: select(other.c.id).where(says(other, parameter))


@pytest.mark.parametrize(
    ("bound", "written"),
    [
        ({"anchor": "note"}, "is anchored on things.note, which may be NULL: make it NOT NULL or optional."),
        ({"anchor": "note", "optional": True}, "is anchored on things.note, which no index begins with: add one."),
        ({"anchor": "name"}, "is anchored on things.name, which no index begins with: add one."),
        ({"anchor": "elsewhere"}, "is anchored on elsewhere, which is no column of its table."),
        ({"ids": things_where(lambda t, _: t.c.name == "x")}, "compares nothing with the caller's grants: use its parameter."),
        ({"ids": things_where(lambda t, p: one_of(t.c.organisation_id, p))}, None),
        ({"anchor": "id"}, None),
    ],
)  # fmt: skip
def test_how_a_scope_is_bound(faults, kind, monkeypatch, bound, written):
    bind(monkeypatch, Things, **bound)

    class Query:
        thing: kind | None = by_id("thing.read")

    expected = {f"The scope organisation of Thing {written}"} if written else set()
    assert faults(Query) == expected


def test_more_paths_than_a_row_s_reach_holds(tmp_path):
    systems = {}
    for role in ROLES.values():
        systems.setdefault(role.system, []).append(role.name.partition(".")[2])
    for system, columns in systems.items():
        rows = [f'system = "{system}"', f"columns = {columns}"]
        for scope in ("self", "organisation", "area", "group"):
            rows += [f"[thing.read_{scope}]", 'source = "A14"', 'feature = "x"']
            rows += [f'{column} = "{scope}"' for column in columns]
        (tmp_path / f"{system}.toml").write_text("\n".join(rows))
    policy = Policy.load(tmp_path)
    declarations = Declarations(policy)

    @declarations.entity(Things, read="thing.read_organisation")
    class Thing:
        name: str | None = field("thing.read_self")
        secret: str | None = field("thing.read_area")
        note: str | None = field("thing.read_group")

    @declarations.root
    class Query:
        things: Connection[Thing] | None = connection("thing.read_organisation")

    with pytest.raises(AuditError) as caught:
        audit(strawberry.Schema(Query), policy, {})
    assert (
        f"Thing has {4 * len(ROLES)} paths of role and scope: at most 62 fit."
        in caught.value.faults
    )


def test_a_column_under_two_rules_and_a_raw_key(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        secret: str | None = field("thing.read_secret")
        alias: str | None = field(column="secret")
        organisation_id: str | None = field()

    class Query:
        thing: Thing | None = by_id("thing.read")

    assert faults(Query) == {
        "Thing.alias shows under thing.read what Thing.secret shows under thing.read_secret: give both one action.",
        "Thing.organisationId shows the raw key things.organisation_id: lead to the row with one().",
    }


def test_columns_that_no_table_has(faults, entity, kind):
    @entity(Parts, read="part.read")
    class Part:
        owner: kind | None = one("thing.read", on="owner_id")
        length: int | None = computed("part.read", None, reads=("length",))

    class Query:
        parts: Connection[Part] | None = connection("part.read", order=("weight",))

    assert faults(Query) == {
        "Query.parts names the column weight, which parts does not have.",
        "Part.owner names the column owner_id, which parts does not have.",
        "Part.length names the column length, which parts does not have.",
    }


def test_relations_that_join_different_things_or_are_not_single(faults, entity):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        parts: list[Part] | None = many("part.read", by="organisation_id")
        part: Part | None = facet("part.read", by="thing_id")

    class Query:
        thing: Thing | None = by_id("thing.read")

    assert faults(Query) == {
        "Thing.parts joins parts.organisation_id to things.id, which name different things: change `on`.",
        "Thing.part leads to one row by parts.thing_id, which is not unique: make it so.",
    }


def test_what_hangs_on_a_column_that_may_be_empty(faults, policy, entity):
    @entity(Parts, read="part.read", prefix="prt")
    class Part(Node):
        name: str | None = field()

    sums = Declarations(policy).aggregates(Part)

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        lid: Part | None = facet("part.read", by="lid_of", on="former_thing_id")
        parts: list[Part] | None = many("part.read", by="thing_id", on="former_thing_id")
        pages: Connection[Part] | None = connection(
            "part.read", by="thing_id", on="former_thing_id"
        )
        totals: sums | None = aggregate("part.read", by="thing_id", on="former_thing_id")

    class Query:
        thing: Thing | None = by_id("thing.read")

    assert faults(Query) == {
        f"Thing.{name} hangs on things.former_thing_id, which may be NULL: make it NOT NULL."
        for name in ("lid", "parts", "pages", "totals")
    }


def test_orders_that_tell_more_than_the_type_s_action(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field("thing.read_secret")

    class Query:
        by_name: Connection[Thing] | None = connection("thing.read", order=("name_sort",))
        by_note: Connection[Thing] | None = connection("thing.read", order=("note",))
        by_secret: Connection[Thing] | None = connection("thing.read", order=("secret",))

    assert faults(Query) == {
        "Query.byName is ordered by name_sort, which Thing.name shows under thing.read_secret and not thing.read: order by something else.",
        "Query.byNote is ordered by note, which may be NULL: make it NOT NULL.",
    }


def test_a_value_that_another_type_of_the_same_rows_shows(faults, entity):
    @entity(Things, read="thing.read_secret", prefix="sec")
    class Secret(Node):
        secret: str | None = field()

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        length: int | None = computed("thing.read", None, reads=("secret",))

    class Query:
        things: Connection[Thing] | None = connection("thing.read", order=("secret",))

    assert faults(Query, Secret) == {
        "Query.things is ordered by secret, which Secret.secret shows under thing.read_secret and not thing.read: order by something else.",
        "Thing.length reads what Secret.secret shows under thing.read_secret, which employer_account.viewer does not have in the scope organisation of thing.read: name a stricter action.",
    }


def test_computed_fields_that_tell_more_than_their_action(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        secret: str | None = field("thing.read_secret")
        hint: str | None = computed("thing.read", None, reads=("secret",))
        tale: str | None = computed(
            "thing.read_secret", None, reads=("secret",), derives=("part.read", "thing.read_all")
        )
        sum: int | None = computed("thing.read_all", None, reads=(), derives=("thing.read",))
        levy: int | None = computed("thing.read", None, reads=(), derives=("thing.read_non_levy",))
        some: int | None = computed(
            "thing.read_secret", None, reads=(), derives=("thing.read_own_fields",)
        )

    class Query:
        thing: Thing | None = by_id("thing.read")

    rest = "name a stricter action."
    owner, viewer = "employer_account.owner", "employer_account.viewer"
    within = "does not have in the scope"
    assert faults(Query) == {
        f"Thing.hint reads what Thing.secret shows under thing.read_secret, which {viewer} {within} organisation of thing.read: {rest}",
        f"Thing.sum derives thing.read, which {owner} {within} everything of thing.read_all: {rest}",
        f"Thing.sum derives thing.read, which {viewer} {within} everything of thing.read_all: {rest}",
        f"Thing.levy derives thing.read_non_levy, which {owner} {within} organisation of thing.read: {rest}",
        f"Thing.levy derives thing.read_non_levy, which {viewer} {within} organisation of thing.read: {rest}",
        f"Thing.some derives thing.read_own_fields, which {owner} {within} organisation of thing.read_secret: {rest}",
    }
