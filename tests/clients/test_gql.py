"""Python's gql against the served gateway."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import ExecutionResult

from servers import Server

pytestmark = [
    pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True),
    pytest.mark.asyncio(loop_scope="module"),
]

ACCOUNTS = """
query Accounts {
  organisations(first: 10) { nodes { id name editVersion account { levyStatus warnings } } }
}
"""
TEAM = """
query Team($id: ID!, $first: Int!, $after: String) {
  organisation(id: $id) {
    account {
      team(first: $first, after: $after) {
        totalCount
        nodes { user { name } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
RENAME = """
mutation Rename($input: RenameAccountInput!) {
  renameAccount(input: $input) { organisation { id name editVersion } }
}
"""

OPEN_ACCOUNT = """
mutation OpenAccount($input: CreateAccountInput!) {
  createAccount(input: $input) { organisation { id name } }
}
"""

Renew = Callable[[], Awaitable[str]]


class Bearer(httpx.Auth):
    """Sends a person's token; where it is refused, one new one is got and sent."""

    def __init__(self, renew: Renew) -> None:
        self._renew = renew
        self._token = ""

    async def async_auth_flow(self, request: httpx.Request):
        self._token = self._token or await self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._token = await self._renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


def client_for(url: str, renew: Renew) -> Client:
    return Client(transport=HTTPXAsyncTransport(url=url, auth=Bearer(renew)))


async def open_account(session: AsyncClientSession, name: str, key: str) -> ExecutionResult:
    """Open an account, once for each key, however often it is sent."""
    request = GraphQLRequest(OPEN_ACCOUNT, variable_values={"input": {"name": name}})
    headers = {"Idempotency-Key": key}
    return await session.execute(
        request, get_execution_result=True, extra_args={"headers": headers}
    )


async def team_of(session: AsyncClientSession, account: str) -> list[str]:
    """The names of a team, by pages of two."""
    names, page = [], {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        variables = {"id": account, "first": 2, "after": page["endCursor"]}
        answer = await session.execute(GraphQLRequest(TEAM, variable_values=variables))
        team = answer["organisation"]["account"]["team"]
        names += [row["user"]["name"] for row in team["nodes"]]
        page = team["pageInfo"]
    return names


@pytest.fixture
def session(server: Server):
    """Sessions of people, with tokens of the server's own issuer."""

    def session(person: str, *before: str) -> AbstractAsyncContextManager[AsyncClientSession]:
        tokens = iter(before)

        async def renew() -> str:
            if token := next(tokens, None):
                return token
            async with httpx.AsyncClient(base_url=server.url) as client:
                answer = await client.post("/dev/token", json={"handle": person})
            return answer.json()["token"]

        return client_for(f"{server.url}/graphql", renew)

    return session


async def first_account(session: AsyncClientSession) -> dict:
    answer = await session.execute(GraphQLRequest(ACCOUNTS))
    return answer["organisations"]["nodes"][0]


async def test_a_query_is_answered(session):
    async with session("cora") as cora:
        account = await first_account(cora)
    assert account["name"] == "Cherry"
    assert account["account"] == {"levyStatus": "LEVY", "warnings": ["SINGLE_OWNER"]}


async def test_a_change_is_made_of_the_version_it_was_read_at(session):
    async with session("ellis") as ellis:
        elm = await first_account(ellis)
        new = {"organisationId": elm["id"], "name": "Elms", "ifVersion": elm["editVersion"]}
        rename = GraphQLRequest(RENAME, variable_values={"input": new})
        answer = await ellis.execute(rename)
        assert answer["renameAccount"]["organisation"]["name"] == "Elms"
        with pytest.raises(TransportQueryError) as refused:
            await ellis.execute(rename)
    assert refused.value.data == {"renameAccount": None}
    [error] = refused.value.errors
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("CONFLICT", "STALE")


async def test_a_change_that_is_sent_twice_is_made_once(session):
    key = str(uuid4())
    async with session("tess") as tess:
        first, again = [await open_account(tess, "Tansy", key) for _ in range(2)]
    assert first.data == again.data
    assert first.extensions["changes"] == {"made": ["createAccount"], "replayed": []}
    assert again.extensions["changes"]["replayed"] == ["createAccount"]


async def test_the_pages_of_a_connection_hold_all_rows_once(session):
    async with session("olga") as olga:
        names = await team_of(olga, (await first_account(olga))["id"])
    assert sorted(names) == ["Aisha", "Olga", "Otis", "Tariq", "Vera"]


async def test_an_answer_with_a_withheld_field_is_raised_with_all_its_data(session):
    async with session("vera") as vera:
        with pytest.raises(TransportQueryError) as raised:
            await vera.execute(GraphQLRequest(ACCOUNTS))
    [alder] = raised.value.data["organisations"]["nodes"]
    assert alder["account"] == {"levyStatus": "LEVY", "warnings": None}
    reasons = {error["path"][-1]: error["extensions"]["code"] for error in raised.value.errors}
    assert reasons == {"editVersion": "FORBIDDEN", "warnings": "FORBIDDEN"}
    withheld = raised.value.extensions["authorization"]["withheld"]
    assert [line["count"] for line in withheld] == [1, 1]


async def test_the_fingerprint_is_in_the_whole_result(session):
    async with session("olga") as olga, session("cora") as cora:
        results = [
            await client.execute(GraphQLRequest(ACCOUNTS), get_execution_result=True)
            for client in (olga, cora)
        ]
    prints = {result.extensions["authorization"]["fingerprint"] for result in results}
    assert len(prints) == 1
    names = [result.data["organisations"]["nodes"][0]["name"] for result in results]
    assert names == ["Alder", "Cherry"]


async def test_a_refused_token_is_replaced_and_the_request_sent_again(session):
    async with session("olga", "not.a.token") as olga:
        assert (await first_account(olga))["name"] == "Alder"


async def test_a_second_refusal_is_raised_as_an_error_of_the_query(session):
    async with session("olga", "not.a.token", "nor.is.this") as olga:
        with pytest.raises(TransportQueryError) as refused:
            await first_account(olga)
    assert refused.value.data is None
    assert refused.value.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
