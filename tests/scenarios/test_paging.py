"""Pages: both directions walk the same list, and a cursor opens only where it was made."""

import pytest

from scenarios.rows import (
    NOBODYS,
    add_grant,
    add_user,
    names,
    organisation_id,
    organisation_key,
    set_role,
)

USERS = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  page: users(first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id name } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
TEAM = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  organisation(id: $id) { account {
    page: team(first: $first, after: $after, last: $last, before: $before) {
      totalCount edges { cursor node { id role } } nodes { id }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  } }
}
"""


def page_of(reply):
    assert reply.errors == []
    data = reply.data
    return data["page"] if "page" in data else data["organisation"]["account"]["page"]


async def crowd(world, size=12):
    """Give Cherry members enough to page, many of them namesakes."""
    cherry = await organisation_key(world, "cherry")
    for number in range(size):
        member = await add_user(world, ("Same Name", "same name", "Ö", "Zed")[number % 4])
        await add_grant(world, member, cherry, "employer_account.viewer")
    return {"id": f"org_{cherry}"}


async def test_both_directions_walk_the_same_list(world):
    account = await crowd(world)
    cora = await world.client("cora")
    for document, given in ((USERS, {}), (TEAM, account)):
        whole = page_of(await cora.ask(document, {**given, "first": 100}))
        ids = names(whole["nodes"], "id")
        assert len(set(ids)) == len(ids) == whole["totalCount"] == 14
        for size in (1, 3, 5, 14, 100):
            assert await walked(cora, document, given, size) == [ids, ids]


async def walked(client, document, given, size):
    """Return the ids of a list as read in pages of this size, forward and backward."""
    roads = []
    for size_of, cursor_of, more, less, end, turn in (
        ("first", "after", "hasNextPage", "hasPreviousPage", "endCursor", 1),
        ("last", "before", "hasPreviousPage", "hasNextPage", "startCursor", -1),
    ):
        road, cursor, steps = [], None, 0
        while True:
            reply = await client.ask(document, {**given, size_of: size, cursor_of: cursor})
            page = page_of(reply)
            steps += 1
            found = names(page["edges"], "node", "id")
            assert found == names(page["nodes"], "id")
            assert len(found) <= size
            road = road + found if turn == 1 else found + road
            assert page["totalCount"] == 14
            assert page["pageInfo"][less] is (cursor is not None)
            assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
            assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
            if not page["pageInfo"][more]:
                break
            cursor = page["pageInfo"][end]
        assert steps == -(-14 // size)
        roads.append(road)
    return roads


async def test_a_page_of_none(world):
    account = await crowd(world)
    cora = await world.client("cora")
    for document, given in ((USERS, {}), (TEAM, account)):
        for size in ("first", "last"):
            page = page_of(await cora.ask(document, {**given, size: 0}))
            assert page["edges"] == page["nodes"] == []
            assert page["totalCount"] == 14
            assert page["pageInfo"]["startCursor"] is page["pageInfo"]["endCursor"] is None


async def test_every_cursor_leads_to_the_rest(world):
    account = await crowd(world)
    cora = await world.client("cora")
    for document, given in ((USERS, {}), (TEAM, account)):
        whole = page_of(await cora.ask(document, {**given, "first": 100}))
        ids = names(whole["nodes"], "id")
        for place, edge in enumerate(whole["edges"]):
            behind = page_of(
                await cora.ask(document, {**given, "first": 100, "after": edge["cursor"]})
            )
            assert names(behind["nodes"], "id") == ids[place + 1 :]
            ahead = page_of(
                await cora.ask(document, {**given, "last": 100, "before": edge["cursor"]})
            )
            assert names(ahead["nodes"], "id") == ids[:place]


async def test_the_cursor_of_a_row_that_is_gone_still_leads_on(world):
    await crowd(world)
    cora = await world.client("cora")
    whole = page_of(await cora.ask(USERS, {"first": 100}))
    gone = whole["edges"][5]
    await world.sql("DELETE FROM role_grants WHERE user_id = :id", id=gone["node"]["id"][4:])
    rest = page_of(await cora.ask(USERS, {"first": 100, "after": gone["cursor"]}))
    assert names(rest["nodes"], "id") == names(whole["nodes"], "id")[6:]
    assert rest["totalCount"] == 13


async def test_names_are_walked_without_regard_to_case(world):
    cherry = await organisation_key(world, "cherry")
    for name in ("zoe", "Anna", "ÖDON", "anna", "Zoe", "ödon", "öa"):
        member = await add_user(world, name)
        await add_grant(world, member, cherry, "employer_account.viewer")
    cora = await world.client("cora")
    page = page_of(await cora.ask(USERS, {"first": 100}))
    found = [name.casefold() for name in names(page["edges"], "node", "name")]
    assert found == ["anna", "anna", "cora", "robin", "zoe", "zoe", "öa", "ödon", "ödon"]


async def test_a_page_without_a_size_has_the_default_one(world):
    """The size and each cursor are those of `first: 20`; `before` alone asks for the page before."""
    account = await crowd(world, size=43)
    cora = await world.client("cora")
    for document, given in ((USERS, {}), (TEAM, account)):

        async def page(document=document, given=given, **arguments):
            return page_of(await cora.ask(document, {**given, **arguments}))

        start = await page()
        assert len(start["nodes"]) == 20
        assert start["totalCount"] == 45
        assert start == await page(first=20) == await page(first=None, last=None)
        end = start["pageInfo"]["endCursor"]
        second = await page(after=end)
        assert second == await page(first=20, after=end)
        assert not {*names(start["nodes"], "id")} & {*names(second["nodes"], "id")}
        assert len((await page(after=second["pageInfo"]["endCursor"]))["nodes"]) == 5
        start_of_second = second["pageInfo"]["startCursor"]
        assert await page(before=start_of_second) == await page(last=20, before=start_of_second)
        assert names((await page(before=start_of_second))["nodes"], "id") == names(
            start["nodes"], "id"
        )


WRONG_PAGES = [
    ({"first": 1, "last": 1}, "last"),
    ({"first": -1}, "first"),
    ({"first": 101}, "first"),
    ({"last": -1}, "last"),
    ({"last": 101}, "last"),
    ({"first": 2_147_483_647}, "first"),
    ({"first": 1, "before": "a"}, "before"),
    ({"last": 1, "after": "a"}, "after"),
    ({"after": "a", "before": "b"}, "before"),
    ({"first": 1, "after": "a", "before": "b"}, "before"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG_PAGES)
async def test_a_wrong_page_is_bad_input_and_names_the_argument(shared_world, arguments, named):
    olga = await shared_world.client("olga")
    nothing = (await olga.ask("{ __typename }")).statements
    reply = await olga.ask(USERS, arguments)
    assert reply.status == 200
    assert reply.data == {"page": None}
    (error,) = reply.errors
    assert error["path"] == ["page"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["reason"] == "PAGE"
    assert error["extensions"]["input"] == named
    assert error["message"].startswith(f"{named} ")
    assert reply.statements == nothing


async def test_a_wrong_page_below_is_bad_input_where_it_stands(shared_world):
    olga = await shared_world.client("olga")
    alder = {"id": await organisation_id(shared_world, "alder")}
    for arguments, named in WRONG_PAGES:
        reply = await olga.ask(TEAM, alder | arguments)
        assert reply.data == {"organisation": {"account": {"page": None}}}
        assert reply.refusals == {"organisation.account.page": "BAD_USER_INPUT"}
        assert reply.errors[0]["extensions"]["input"] == named


async def test_the_role_is_asked_before_the_page(shared_world):
    for handle in ("aisha", "lou"):
        client = await shared_world.client(handle)
        alder = {"id": await organisation_id(shared_world, "alder")}
        reply = await client.ask(TEAM, alder | {"first": 1000, "after": "nonsense"})
        assert set(reply.refusals.values()) == {"FORBIDDEN"}


async def test_a_gate_is_asked_before_the_page(shared_world):
    tariq = await shared_world.client("tariq")
    reply = await tariq.ask(
        "{ organisations(first: 5) { nodes { name account { invitations(first: 101) { totalCount } } } } }"
    )
    place = names(reply.data["organisations"]["nodes"], "name").index("Alder")
    assert reply.refusals == {
        f"organisations.nodes.{place}.account.invitations": "FORBIDDEN",
        f"organisations.nodes.{1 - place}.account.invitations": "BAD_USER_INPUT",
    }


async def first_cursor(client, document=USERS, **given):
    return page_of(await client.ask(document, {"first": 1, **given}))["pageInfo"]["endCursor"]


async def refused(client, document=USERS, **given):
    """Assert that a page is refused for its cursor, with data null and nothing else said."""
    reply = await client.ask(document, given)
    (error,) = reply.errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["reason"] == "CURSOR"
    return reply


async def test_a_cursor_is_not_to_be_changed(shared_world):
    olga = await shared_world.client("olga")
    good = await first_cursor(olga)
    assert page_of(await olga.ask(USERS, {"first": 1, "after": good}))["nodes"]
    changed = [
        good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        for at in range(0, len(good), 7)
    ]
    others = [
        "",
        " ",
        "x",
        good + "=",
        good + "A",
        good[:-1],
        " " + good,
        good + "\t",
        good.lower(),
        good[::-1],
        "é",
    ]
    for cursor in [*changed, *others]:
        await refused(olga, first=1, after=cursor)
        await refused(olga, last=1, before=cursor)


async def test_a_cursor_is_the_callers_own(shared_world):
    olga, otis = await shared_world.client("olga"), await shared_world.client("otis")
    cursor = await first_cursor(olga)
    await refused(otis, first=1, after=cursor)
    await refused(await shared_world.client(subject="nobody", email=NOBODYS), first=1, after=cursor)
    assert await first_cursor(olga) == cursor  # the same place has the same cursor


async def test_a_cursor_is_of_one_list(shared_world):
    olga = await shared_world.client("olga")
    alder = await organisation_id(shared_world, "alder")
    of_users, of_team = await first_cursor(olga), await first_cursor(olga, TEAM, id=alder)
    await refused(olga, TEAM, id=alder, first=1, after=of_users)
    await refused(olga, first=1, after=of_team)
    organisations = USERS.replace("users(", "organisations(")
    await refused(olga, organisations, first=1, after=of_users)


MINE = """
query ($show: LearnersShown!, $after: String) { learners(show: $show, first: 1, after: $after) {
  nodes { id } pageInfo { endCursor } } }
"""


async def test_a_cursor_of_one_s_own_learners_is_none_of_all(shared_world):
    """Two words of one argument are two lists, whether or not the same rows stand in both."""
    tina = await shared_world.client("tina")
    ends = {}
    for show in ("MY", "ALL"):
        reply = await tina.ask(MINE, {"show": show})
        assert reply.data["learners"]["nodes"]
        ends[show] = reply.data["learners"]["pageInfo"]["endCursor"]
    for plain in (False, True):
        for of, opened in (("MY", "ALL"), ("ALL", "MY")):
            reply = await tina.ask(MINE, {"show": opened, "after": ends[of]}, plain=plain)
            [error] = reply.errors
            assert error["extensions"]["reason"] == "CURSOR"
        again = await tina.ask(MINE, {"show": "MY", "after": ends["MY"]}, plain=plain)
        assert again.errors == []


async def test_a_cursor_of_before_a_right_was_lost_or_won_is_none_of_after(world):
    """Who may read a key on other rows than before reads another list, and begins it anew."""
    olga = await world.client("olga")
    by_mail = USERS_BY_MAIL
    reply = await olga.ask(by_mail, {})
    end = reply.data["users"]["pageInfo"]["endCursor"]
    assert (await olga.ask(by_mail, {"after": end})).errors == []
    await set_role(world, "olga", "alder", "employer_account.viewer")
    after = await olga.ask(by_mail, {"after": end})
    assert [e["extensions"].get("reason") or e["extensions"]["code"] for e in after.errors] == ["CURSOR"]  # fmt: skip


USERS_BY_MAIL = """
query ($after: String) { users(first: 1, after: $after, orderBy: {field: EMAIL}) {
  nodes { id } pageInfo { endCursor } } }
"""


async def test_a_cursor_tells_nothing(shared_world):
    """Neither the key nor the name of a row can be read in the cursor of its place."""
    import base64  # noqa: PLC0415

    olga = await shared_world.client("olga")
    page = page_of(await olga.ask(USERS, {"first": 100}))
    for edge in page["edges"]:
        text = edge["cursor"]
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key = edge["node"]["id"][4:]
        assert key.encode() not in raw
        assert key not in text
        assert edge["node"]["name"].lower().encode() not in raw.lower()


async def test_totals_and_pages_agree_for_everybody(shared_world):
    for handle in ("olga", "tariq", "vera", "aisha", "robin", "petra", "eve"):
        client = await shared_world.client(handle)
        page = page_of(await client.ask(USERS, {"first": 100}))
        assert page["totalCount"] == len(page["nodes"]) > 0
        assert page["pageInfo"]["hasNextPage"] is page["pageInfo"]["hasPreviousPage"] is False
