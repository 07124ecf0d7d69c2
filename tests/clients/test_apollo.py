"""Apollo Client 4 against the served gateway."""

from pathlib import Path

import pytest

from programs import answer
from servers import Server

PROGRAM = Path(__file__).parent / "src" / "run-apollo.ts"
pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def seen(server: Server) -> dict:
    return answer(PROGRAM, server.url)


def test_a_query_is_answered_without_an_error(seen):
    assert seen["read"] == {"name": "Alder", "warnings": [], "error": None}


def test_a_change_is_in_the_cache_when_it_is_made(seen):
    assert seen["renamed"] == "Alder and Sons"
    assert seen["cachedName"] == "Alder and Sons"


def test_a_change_of_a_version_that_is_gone_is_refused(seen):
    [refusal] = seen["stale"]
    assert (refusal["code"], refusal["reason"]) == ("CONFLICT", "STALE")


def test_the_pages_of_a_connection_join_to_all_rows_once(seen):
    assert seen["pages"] == [2, 2, 1]
    assert sorted(seen["team"]) == ["Aisha", "Olga", "Otis", "Tariq", "Vera"]
    assert seen["total"] == 5


def test_a_withheld_field_comes_with_the_data_beside_it_and_its_reason(seen):
    account = seen["withheld"]["data"]["account"]
    assert (account["levyStatus"], account["warnings"]) == ("LEVY", None)
    reason = seen["withheld"]["reason"]
    assert reason["code"] == "FORBIDDEN"
    assert reason["coordinate"] == "EmployerAccount.warnings"
    assert reason["requires"] == ["EMPLOYER_ACCOUNT_OWNER"]
    assert seen["withheld"]["reasonOfValue"] is None


def test_the_cache_keeps_the_null_and_loses_the_reason(seen):
    assert seen["fromCache"] == {"data": seen["withheld"]["data"], "error": None}


def test_the_default_error_policy_rejects_the_whole_query(seen):
    assert seen["policyNone"] == ["FORBIDDEN", "FORBIDDEN"]


def test_a_withheld_connection_stays_null_in_the_cache(seen):
    assert seen["hiddenTeam"] is None


def test_a_person_with_the_same_rights_finds_nothing_of_another_one(seen):
    assert seen["coras"] == ["Cherry"]
    assert "Alder" in seen["caches"]["olga"]
    assert "Alder" not in seen["caches"]["cora"]


def test_a_change_of_what_a_person_may_do_empties_the_cache_and_asks_again(seen):
    assert seen["veras"]["before"] != seen["veras"]["after"]
    assert seen["watched"] == [["Alder and Sons"], ["Alder and Sons", "Vetch"]]


def test_a_change_that_is_sent_twice_is_made_once(seen):
    first, again = seen["attempts"]
    assert first["id"] == again["id"]
    assert (first["replayed"], again["replayed"]) == ([], ["createAccount"])


def test_a_refused_token_is_replaced_once_and_the_request_sent_again(seen):
    assert seen["renewed"] == {"name": "Olga", "tokens": 2}


def test_a_second_refusal_reaches_the_program(seen):
    assert seen["refused"] == {"codes": ["UNAUTHENTICATED"], "data": None, "tokens": 2}
