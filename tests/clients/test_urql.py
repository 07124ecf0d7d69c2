"""urql against the served gateway."""

from pathlib import Path

import pytest

from programs import answer
from servers import Server

PROGRAM = Path(__file__).parent / "src" / "run-urql.ts"
pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def seen(server: Server) -> dict:
    return answer(PROGRAM, server.url)


def test_a_query_is_answered_without_an_error(seen):
    assert seen["read"] == {"name": "Alder", "warnings": [], "error": None}


def test_a_change_sends_the_cache_to_read_again(seen):
    assert seen["renamed"] == "Alder and Sons"
    assert seen["readAgain"] == ["Alder and Sons"]


def test_a_change_of_a_version_that_is_gone_is_refused(seen):
    [refusal] = seen["stale"]
    assert (refusal["code"], refusal["reason"]) == ("CONFLICT", "STALE")


def test_the_pages_of_a_connection_hold_all_rows_once(seen):
    assert [len(page) for page in seen["pages"]] == [2, 2, 1]
    assert sorted(name for page in seen["pages"] for name in page) == [
        "Aisha",
        "Olga",
        "Otis",
        "Tariq",
        "Vera",
    ]


def test_a_withheld_field_comes_with_the_data_beside_it_and_its_reason(seen):
    account = seen["withheld"]["data"]["account"]
    assert (account["levyStatus"], account["warnings"]) == ("LEVY", None)
    reason = seen["withheld"]["reason"]
    assert reason["code"] == "FORBIDDEN"
    assert reason["coordinate"] == "EmployerAccount.warnings"
    assert reason["requires"] == ["EMPLOYER_ACCOUNT_OWNER"]
    assert seen["withheld"]["reasonOfValue"] is None


def test_the_cache_keeps_the_reason_with_the_null(seen):
    assert seen["fromCache"] == {"hit": "hit", "reason": seen["withheld"]["reason"]}


def test_persons_of_the_same_rights_share_a_fingerprint_and_nothing_else(seen):
    assert seen["fingerprints"]["olga"] == seen["fingerprints"]["cora"]
    assert seen["coras"] == ["Cherry"]


def test_a_change_of_what_a_person_may_do_puts_a_client_with_an_empty_cache_in_place(seen):
    assert seen["fingerprints"]["vera"] != seen["fingerprints"]["veraAsOwner"]
    assert seen["clients"] == 2
    assert seen["afterwards"] == {"names": ["Alder and Sons", "Vetch"], "hit": "miss"}


def test_a_change_that_is_sent_twice_is_made_once(seen):
    first, again = seen["attempts"]
    assert first["id"] == again["id"]
    assert (first["replayed"], again["replayed"]) == ([], ["createAccount"])


def test_a_refused_token_is_replaced_once_and_the_request_sent_again(seen):
    assert seen["renewed"] == {"name": "Olga", "tokens": 2}


def test_a_second_refusal_reaches_the_program(seen):
    assert seen["refused"] == {"codes": ["UNAUTHENTICATED"], "data": None, "tokens": 2}


def test_a_strict_request_is_refused_as_a_whole_where_anything_is_withheld(seen):
    assert seen["strict"] == {"status": 403, "codes": ["FORBIDDEN", "FORBIDDEN"], "data": None}


def test_left_to_itself_it_asks_by_get_which_is_refused(seen):
    assert seen["byGet"] == {"status": 405, "error": "[GraphQL] Send operations by POST."}
