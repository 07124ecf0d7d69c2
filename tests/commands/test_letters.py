"""The mail of an invitation: who invites, to what, as what, where to answer, and until when."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.acts import do, outcome
from resolvers.employer_account.letters import name_of
from scenarios.rows import organisation_id, organisation_key, user_key
from server.app import create_app
from server.settings.model import Settings
from worlds import Client, World

PAGE = "https://app.example.org/invitation?from=mail#code={code}"
NELL = "nell@example.test"
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
async def with_page(own_world: World) -> World:
    """A world whose operator has said where invitations are answered."""
    own_world.settings = Settings(
        database_url=own_world.url, state_directory=own_world.folder, invitation_url=PAGE
    )
    return own_world


async def mail_to_nell(world: World, client: Client, **given_: object) -> str:
    alder = await organisation_id(world, "alder")
    assert outcome(await do(client, "inviteUser", alder, email=NELL, **given_)) == "ok"
    [mail] = await world.mails()
    assert mail["Subject"] == "You are invited to an apprenticeship service account"
    assert mail["To"] == NELL
    return mail.get_content().replace("\r\n", "\n")


async def test_a_mail_says_who_what_where_and_until_when(with_page):
    """Invited on 2 November 2026, 09:00 UTC, for eight days; London keeps winter time then."""
    olga = await with_page.client("olga")
    body = await mail_to_nell(with_page, olga, name="Nell Green", role="TRANSACTOR")
    assert "\nAccount: “Alder”\n" in body
    assert "\nInvited by: “Olga”\n" in body
    assert "\nYour role: Transactor\n" in body
    assert "\nYour name: “Nell Green”\n" in body
    assert "\nAnswer before: Tuesday 10 November 2026, 09:00 GMT (UK time)\n" in body
    [code] = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    [link] = [line for line in body.splitlines() if "://" in line]
    assert link.startswith(PAGE.partition("{")[0])
    assert unquote(link.removeprefix(PAGE.partition("{")[0])) == code
    nell = await with_page.client(subject="nell", email=NELL)
    assert outcome(await do(nell, "acceptInvitation", code=code)) == "ok"


async def test_the_end_is_told_in_summer_time_where_it_is_summer(with_page):
    with_page.clock.instant += 200 * DAY
    body = await mail_to_nell(with_page, await with_page.client("olga"))
    assert "\nAnswer before: Saturday 29 May 2027, 10:00 BST (UK time)\n" in body


async def test_without_a_page_a_mail_says_how_to_answer(own_world):
    body = await mail_to_nell(own_world, await own_world.client("olga"))
    assert "://" not in body
    assert "sign in" in body
    assert "acceptInvitation" in body
    assert create_app(own_world.settings)  # the setting may be left out


async def test_names_in_a_mail_are_names(with_page):
    """No link, no line of their own, no end: whatever the account and the people are called."""
    evil = "Win at http://evil.example/x or www.evil.example  mailto:me@evil.example ” "
    key, olga = await organisation_key(with_page, "alder"), await user_key(with_page, "olga")
    await with_page.sql(
        "UPDATE organisations SET name = :name WHERE id = :id", name=evil + "\nBcc: a", id=key
    )
    await with_page.sql("UPDATE users SET name = :name WHERE id = :id", name=evil * 9, id=olga)
    body = await mail_to_nell(with_page, await with_page.client("olga"), name=evil + "Nell")
    lines = body.splitlines()
    assert body.startswith("You are invited to join the team of an employer's account")
    assert len([line for line in lines if "Win at" in line]) == 3
    assert not any(line.startswith("Bcc") for line in lines)
    [link] = re.findall(r"\S+://\S+", body)
    assert link.startswith("https://app.example.org/invitation")
    assert re.findall(r"\S+[.@:]evil|evil\.example", body) == []
    assert max(len(line) for line in lines if "Win at" in line) < 100


@given(
    st.text(
        st.sampled_from("ab 1.@:/\\<>\n\r\t\u2028\u202e\u200b\u3002\uff0e[]()\"“”'-"), max_size=200
    )
)
def test_nothing_that_a_name_holds_is_a_link_or_a_line(text):
    shown = name_of(text)
    assert len(shown) <= 80
    assert shown == " ".join(shown.split())
    assert shown.isprintable()
    assert not re.search(r"//|[:@<>“”\"]|\S[.\u3002\uff0e]\S", shown)


@pytest.mark.parametrize(
    "name", ["Zoë O’Neill-Smith", "A & B (North), Ltd.", "李小龍", "می‌خواهم", "J. R. Green"]
)
def test_a_name_stays_as_it_is_written(name):
    assert name_of(name) == name
