"""Statements compile to constant text for the raw driver, and mean the same on both databases."""

import pytest
from sqlalchemy import ARRAY, Integer, Text, and_, bindparam, literal, or_, select, text, union_all
from sqlalchemy.schema import CreateTable

from db.drivers.statements import Statement, aliased, one_of, origin
from db.models import Organisation, RoleGrant, User

DIALECTS = ["sqlite", "postgresql"]


@pytest.mark.parametrize(
    ("dialect", "condition"),
    [
        (
            "sqlite",
            "(users.id IN (SELECT value FROM json_each(?))) AND users.status = ?",
        ),
        (
            "postgresql",
            "(users.id = ANY($1::TEXT[])) AND users.status = $2::VARCHAR",
        ),
    ],
)
def test_text_is_constant_and_literals_are_filled_in(dialect, condition):
    executable = select(User.name).where(one_of(User.id, "ids"), User.status == "ACTIVE")
    statement = Statement(executable, dialect)
    assert " ".join(statement.text.split()) == f"SELECT users.name FROM users WHERE {condition}"
    ids = ["a", 'b"']
    written = '["a","b\\""]' if dialect == "sqlite" else ids
    assert statement.bind({"ids": ids}) == [written, "ACTIVE"]
    assert statement.bind({"ids": []}) == ["[]" if dialect == "sqlite" else [], "ACTIVE"]


def test_an_alias_has_the_columns_of_its_table_and_knows_them():
    people, grants = User.__table__, aliased(RoleGrant.__table__, "held")
    assert grants.c.keys() == RoleGrant.__table__.c.keys()
    joined = select(grants.c.id, people.c.id.label("who")).join_from(
        grants, people, people.c.id == grants.c.user_id
    )
    text = " ".join(Statement(joined, "sqlite").text.split())
    assert text.endswith("FROM role_grants AS held JOIN users ON users.id = held.user_id")
    found = origin(grants.c.user_id)
    assert found is RoleGrant.__table__.c.user_id
    assert found.references(people.c.id)
    assert origin(people.alias("other").c.id) is people.c.id
    assert origin(grants.c.id + 1) is None


def test_what_is_no_table_has_no_bare_alias():
    with pytest.raises(TypeError, match="is no table of the database"):
        aliased(select(User.id).subquery("some"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_parameter_used_twice_is_given_once(dialect):
    now = bindparam("now")
    statement = Statement(
        select(RoleGrant.id).where(RoleGrant.starts_at <= now, RoleGrant.ends_at > now), dialect
    )
    assert statement.bind({"now": 5}) == ([5, 5] if dialect == "sqlite" else [5])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_missing_parameter_is_named(dialect):
    statement = Statement(select(User.id).where(User.subject == bindparam("subject")), dialect)
    with pytest.raises(KeyError, match="'subject'"):
        statement.bind({"object": "olga"})
    assert statement.bind({"subject": None, "unused": 1}) == [None]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_literal_cannot_be_replaced_by_a_parameter_of_its_name(dialect):
    statement = Statement(select(User.id).where(User.status == "ACTIVE"), dialect)
    assert statement.bind({"status_1": "INVITED"}) == ["ACTIVE"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_text_that_depends_on_values_is_refused(dialect):
    with pytest.raises(ValueError, match=r"id_1.*one_of"):
        Statement(select(User.id).where(User.id.in_(["a", "b"])), dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_statements_are_compiled(dialect):
    with pytest.raises(TypeError, match="CreateTable"):
        Statement(CreateTable(User.__table__), dialect)


CASES = {
    "some": (lambda: one_of(User.subject, "subjects"), {"ann", "olga"}),
    "own parameter": (
        lambda: one_of(User.subject, bindparam("subjects", type_=ARRAY(Text))),
        {"ann", "olga"},
    ),
    "none": (lambda: one_of(User.subject, "nobody"), set()),
    "not": (
        lambda: and_(~one_of(User.subject, "subjects"), User.subject.in_(select(literal("vera")))),
        {"vera"},
    ),
    "or": (lambda: or_(one_of(User.subject, "nobody"), User.subject == "tess"), {"tess"}),
    "nested": (
        lambda: User.id.in_(
            select(RoleGrant.user_id)
            .join(Organisation, Organisation.id == RoleGrant.organisation_id)
            .where(one_of(Organisation.name, "names"))
        ),
        {"cora", "robin"},
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_one_of_selects_the_same_rows_everywhere(fetch, case):
    condition, expected = CASES[case]
    rows = await fetch(
        select(User.subject).where(condition()),
        subjects=["olga", "ann", "ann", "nobody"],
        nobody=[],
        names=["Cherry"],
    )
    assert {row[0] for row in rows} == expected
    assert len(rows) == len(expected)


async def test_not_one_of_treats_null_as_sql_does(fetch):
    people = select(User.subject)
    everyone = await fetch(people)
    assert (None,) in everyone
    others = people.where(~one_of(User.subject, "subjects"))
    assert sorted(await fetch(others, subjects=[]), key=str) == sorted(everyone, key=str)
    expected = {row for row in everyone if row[0] not in {None, "olga"}}
    assert set(await fetch(others, subjects=["olga"])) == expected


async def test_one_of_follows_its_column_into_an_alias(fetch):
    pages = union_all(
        select(User.name).where(one_of(User.subject, "first")),
        select(User.name).where(one_of(User.subject, "second")),
    ).subquery()
    limit = bindparam("limit", type_=Integer)
    rows = await fetch(
        select(pages.c.name, literal("x")).order_by(pages.c.name).limit(limit),
        first=["vera", "aisha"],
        second=["olga"],
        limit=2,
    )
    assert rows == [("Aisha", "x"), ("Olga", "x")]


async def test_plain_text_statements_run_too(fetch):
    assert await fetch(text("SELECT count(*) FROM employer_accounts")) == [(5,)]
