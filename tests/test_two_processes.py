"""A grant changed in the database holds from the next request on, in every server process."""

import httpx

from servers import Server, serving

ACCOUNTS = "{ organisations(first: 10) { nodes { name account { levyStatus warnings } } } }"


async def ask(server: Server, token: str) -> tuple[object, dict[str, str]]:
    """The data, and the code at each withheld position, its path written as `a.0.b`."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        response = await client.post(
            "/graphql",
            headers={"Authorization": f"Bearer {token}"},
            json={"query": ACCOUNTS},
        )
    answer = response.raise_for_status().json()
    return answer["data"]["organisations"]["nodes"], {
        ".".join(map(str, error["path"])): error["extensions"]["code"]
        for error in answer.get("errors", [])
    }


async def test_a_changed_grant_is_obeyed_by_both_processes_with_the_same_token(world):
    warnings = "organisations.nodes.0.account.warnings"
    levy = "organisations.nodes.0.account.levyStatus"

    async def role_of_vera(role: str) -> None:
        await world.sql(
            "UPDATE role_grants SET role = :role"
            " WHERE user_id = (SELECT id FROM users WHERE subject = 'vera')",
            role=f"employer_account.{role}",
        )

    async with serving(world) as first, serving(world) as second:
        token = await first.token("vera")
        for server in (first, second):
            account = {"levyStatus": "LEVY", "warnings": None}
            expected = [{"name": "Alder", "account": account}], {warnings: "FORBIDDEN"}
            assert await ask(server, token) == expected

        await role_of_vera("owner")
        for server in (second, first):
            account = {"levyStatus": "LEVY", "warnings": []}
            assert await ask(server, token) == ([{"name": "Alder", "account": account}], {})

        await role_of_vera("aan")
        for server in (first, second):
            account = {"levyStatus": None, "warnings": None}
            refused = {levy: "FORBIDDEN", warnings: "FORBIDDEN"}
            assert await ask(server, token) == ([{"name": "Alder", "account": account}], refused)

        await world.sql(
            "DELETE FROM role_grants WHERE user_id = (SELECT id FROM users WHERE subject = 'vera')"
        )
        for server in (second, first):
            assert await ask(server, token) == ([], {})
