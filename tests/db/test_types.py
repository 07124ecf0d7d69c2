"""Keys are random, well-formed and stable; folding makes alike what people read as alike."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from db.drivers.database import Database
from db.models import RoleGrant, User
from db.seed.bulk import filling
from db.seed.demo import demo_key
from db.types import ascii_lower, fold, initials, new_key


def test_keys_are_26_characters_of_base32_and_differ():
    keys = {new_key() for _ in range(1_000)}
    assert len(keys) == 1_000
    assert all(re.fullmatch("[a-z2-7]{26}", key) for key in keys)


def test_demo_keys_never_change():
    assert demo_key("organisation:alder") == "qef7jfzlslrpnlk66epdr3bvii"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Straße", "STRASSE"),
        ("ﬁeldgate", "Fieldgate"),
        ("Zoe\u0308", "ZOË"),
        ("\uff2f\uff4c\uff47\uff41", "olga"),
        ("\u1e9e", "ss"),
    ],
)
def test_folding_drops_case_and_compatibility_forms(left, right):
    assert fold(left) == fold(right)
    assert fold(fold(left)) == fold(left)


def test_folding_keeps_accents():
    assert fold("Zoë") != fold("Zoe")


def test_only_the_case_of_ascii_letters_is_left_aside_in_a_mailbox():
    assert ascii_lower("NELL@Example.TEST") == "nell@example.test"
    for text in ("stra\u00dfe", "\u0131ris", "\u212aim", "\u00c9va", "o\ufb03ce"):
        assert ascii_lower(text) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada Mary Lovelace", "AL"), ("\u200f\u05d0\u05d1 \u2067\u05d2\u2069", "\u05d0\u05d2"), ("\u200dann", "A"), ("", "")],
)  # fmt: skip
def test_initials_are_letters_that_are_shown(name, shown):
    assert initials(name) == shown


def test_text_sorts_by_bytes_on_postgresql_and_by_default_on_sqlite():
    on_postgresql = str(CreateTable(RoleGrant.__table__).compile(dialect=postgresql.dialect()))
    assert 'id VARCHAR(26) COLLATE "C" NOT NULL' in on_postgresql
    assert 'role VARCHAR COLLATE "C" NOT NULL' in on_postgresql
    on_sqlite = str(CreateTable(RoleGrant.__table__).compile(dialect=sqlite.dialect()))
    assert "COLLATE" not in on_sqlite
    assert "id VARCHAR(26) NOT NULL" in on_sqlite


async def test_both_databases_sort_every_text_by_code_point(database_url):
    words = ["b", "a", "Z", "é", "a b", "a-b", "ab", "_", "\U0001f600", "ﬀ", "\uffee"]
    person = {
        "email": "",
        "email_sort": "",
        "name_sort": "",
        "initials": "",
        "status": "ACTIVE",
    }
    async with filling(database_url) as filler:
        await filler.write(User, [person | {"id": new_key(), "name": word} for word in words])
    database = Database(database_url)
    await database.connect()
    try:
        async with database.reading() as reader:
            statement = database.compile(select(User.name).order_by(User.name))
            assert [row[0] for row in await reader.fetch(statement, {})] == sorted(words)
    finally:
        await database.close()
