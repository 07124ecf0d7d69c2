"""GET /documents/…: a sealed link, decided again when it opens, and audited before it answers."""

import asyncio
import hashlib
import html
import json
import re
from base64 import b64encode
from html.parser import HTMLParser

import httpx
import pytest

from db.seed.demo.fixed import demo_key, record_key
from engine.downloads import LIFETIME, Downloads
from scenarios.rows import (
    add_grant,
    organisation_key,
    remove_member,
    set_role,
    user_key,
)
from server.app import create_app
from server.settings.model import Settings
from worlds import NOW

AGREEMENT = demo_key("agreement:alder-works")
PENDING = demo_key("agreement:alder-trust")
BIRCHS = demo_key("agreement:birch")
LINK = '{ node(id: "agr_%s") { ... on Agreement { document { url expiresAt } } } }'
NO_DOCUMENT = "This link does not open a document. Ask for a new one where you found it.\n"


async def link(client, agreement=AGREEMENT) -> str:
    reply = await client.ask(LINK % agreement)
    assert reply.errors == []
    return reply.data["node"]["document"]["url"]


async def audit(world) -> list[dict[str, object]]:
    rows = await world.sql(
        "SELECT at, subject, user_id, action, source, decision, code, resource_type, resource_id,"
        " organisation_id, details, request_id FROM audit_events"
    )
    return [row._asdict() for row in rows]


def is_refused(response: httpx.Response) -> bool:
    """Say whether this is the one answer of every link that opens nothing."""
    assert response.status_code == 404
    assert response.text == NO_DOCUMENT
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    return True


def sealer(world) -> Downloads:
    """What the running application seals with."""
    return Downloads(world.settings.link_secrets())


class Text(HTMLParser):
    """The text of a page, and the tags and attributes that it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        if data.strip():
            self.words.append(" ".join(data.split()))


async def test_the_page_says_who_agreed_to_what_and_when(world):
    olga = await world.client("olga")
    response = await olga.get(await link(olga))
    assert response.status_code == 200
    text = Text(response.text)
    words = text.words[text.words.index("Particulars") :]
    [[signer]] = await world.sql("SELECT name FROM users WHERE subject = 'olga'")
    assert words[:17] == [
        "Particulars",
        "Account", "Alder",
        "Legal entity", "Alder Works Limited",
        "Companies House number", "01000001",
        "Version", "1",
        "Status", "Signed",
        "Offered", "15 January 2024 at 09:00 GMT",
        "Signed by", signer,
        "Signed", "22 January 2024 at 14:30 GMT",
    ]  # fmt: skip
    assert words[17:-1] == [
        "History", "Status", "When", "By",
        "Pending", "15 January 2024 at 09:00 GMT", "Nobody",
        "Signed", "22 January 2024 at 14:30 GMT", signer,
    ]  # fmt: skip
    assert words[-1] == (
        f"Reference agr_{AGREEMENT}. As the records stood on 2 November 2026 at 09:00 GMT;"
        " times are those of London."
    )


async def test_an_agreement_that_nobody_signed_says_so(world):
    olga = await world.client("olga")
    await world.sql(
        "UPDATE agreements SET offered_at = :at WHERE id = :id",
        at=NOW - 150 * 86_400_000,
        id=PENDING,
    )
    words = Text((await olga.get(await link(olga, PENDING))).text).words
    assert words.count("Not signed") == 2
    assert "Version 1, offered on 5 June 2026 at 10:00 BST and not yet accepted." in words
    assert "Charity number" in words


async def test_the_page_needs_nothing_from_outside_and_runs_nothing(world):
    olga = await world.client("olga")
    response = await olga.get(await link(olga))
    text = Text(response.text)
    assert text.tags.isdisjoint({"script", "link", "img", "iframe", "form", "object", "a"})
    assert text.attributes.isdisjoint({"style", "src", "href", "onload", "onclick"})
    [style] = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    assert "@media print" in style
    assert "url(" not in style
    assert "@import" not in style
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert response.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'; sandbox"
    )
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-disposition"] == (
        'inline; filename="agreement-alder-works-limited-version-1.html"'
    )


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ('<script>alert("1")</script>', "agreement-script-alert-1-script-version-1.html"),
        ('a"; filename="b.exe\r\nX-Evil: 1', "agreement-a-filename-b-exe-x-evil-1-version-1.html"),
        ("$style ${account} &amp; Söhne", "agreement-style-account-amp-sohne-version-1.html"),
        ("日本", "agreement-version-1.html"),
    ],
)
async def test_a_name_is_text_in_the_page_and_harmless_in_the_header(world, name, file_name):
    await world.sql("UPDATE legal_entities SET name = :name", name=name)
    await world.sql("UPDATE organisations SET name = :name", name=name)
    await world.sql(
        "UPDATE agreements SET signed_by = :name WHERE signed_by IS NOT NULL", name=name
    )
    olga = await world.client("olga")
    response = await olga.get(await link(olga))
    assert response.headers["content-disposition"] == f'inline; filename="{file_name}"'
    assert "x-evil" not in response.headers
    text = Text(response.text)
    assert "script" not in text.tags
    assert text.words.count(" ".join(name.split())) == 4  # heading, account, entity, signer
    assert html.escape(name, quote=True) in response.text


async def test_each_opening_is_audited_as_the_subject_of_the_link(world):
    olga = await world.client("olga")
    url = await link(olga)
    anybody = await world.client(None)  # the link itself says who asks
    response = await anybody.get(url)
    assert response.status_code == 200
    [event] = await audit(world)
    assert event == {
        "at": NOW,
        "subject": "olga",
        "user_id": await user_key(world, "olga"),
        "action": "agreement.download",
        "source": "D0-M05",
        "decision": "ALLOWED",
        "code": None,
        "resource_type": "Agreement",
        "resource_id": AGREEMENT,
        "organisation_id": await organisation_key(world, "alder"),
        "details": '{"document":"agreement"}',
        "request_id": response.headers["x-request-id"],
    }
    await anybody.get(url)
    assert len(await audit(world)) == 2


async def test_what_cannot_be_audited_is_not_answered(world):
    olga = await world.client("olga")
    url = await link(olga)
    await world.sql("ALTER TABLE audit_events RENAME TO lost")
    response = await olga.get(url)
    assert response.status_code == 500
    assert "Alder" not in response.text
    assert response.headers["x-request-id"] in response.text
    assert response.headers["cache-control"] == "no-store"


async def demoted(world):
    await set_role(world, "olga", "alder", "employer_account.viewer")


async def demoted_but_owner_elsewhere(world):
    await demoted(world)
    await add_grant(
        world,
        await user_key(world, "olga"),
        await organisation_key(world, "birch"),
        "employer_account.owner",
    )


async def removed(world):
    await remove_member(world, "olga", "alder")


async def removed_but_owner_elsewhere(world):
    await removed(world)
    await add_grant(
        world,
        await user_key(world, "olga"),
        await organisation_key(world, "birch"),
        "employer_account.owner",
    )


async def ended(world):
    await world.sql(
        "UPDATE role_grants SET ends_at = :now WHERE user_id = :user",
        now=NOW,
        user=await user_key(world, "olga"),
    )


async def inactive(world):
    await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'olga'")


async def invited(world):
    await world.sql("UPDATE users SET status = 'INVITED' WHERE subject = 'olga'")


async def gone(world):
    await world.sql("DELETE FROM agreement_events WHERE agreement_id = :id", id=AGREEMENT)
    await world.sql("DELETE FROM agreements WHERE id = :id", id=AGREEMENT)


async def closed(world):
    await world.sql("UPDATE organisations SET status = 'CLOSED' WHERE kind = 'EMPLOYER'")


LOST = {
    demoted: "FORBIDDEN",
    demoted_but_owner_elsewhere: "FORBIDDEN",
    removed: "FORBIDDEN",
    removed_but_owner_elsewhere: "NOT_FOUND",
    ended: "FORBIDDEN",
    inactive: "UNAUTHENTICATED",
    invited: "FORBIDDEN",
    gone: "NOT_FOUND",
    closed: "FORBIDDEN",
}


@pytest.mark.parametrize(
    ("lose", "code"), LOST.items(), ids=lambda value: getattr(value, "__name__", value)
)
async def test_a_link_dies_with_what_gave_it_and_the_audit_says_why(world, lose, code):
    olga = await world.client("olga")
    url = await link(olga)
    await lose(world)
    assert is_refused(await olga.get(url))
    [event] = await audit(world)
    assert (event["decision"], event["code"], event["subject"]) == ("REFUSED", code, "olga")
    # whose document it was, though Olga no longer sees it; a row that is gone lies nowhere
    expected = None if lose is gone else await organisation_key(world, "alder")
    assert event["organisation_id"] == expected
    assert (event["resource_type"], event["resource_id"]) == ("Agreement", AGREEMENT)


async def test_a_link_dies_with_time(world):
    olga = await world.client("olga")
    url = await link(olga)
    world.clock.advance(milliseconds=LIFETIME - 1)
    assert (await olga.get(url)).status_code == 200
    world.clock.advance(milliseconds=1)
    assert is_refused(await olga.get(url))
    assert len(await audit(world)) == 1


async def test_a_seal_that_was_touched_opens_nothing(world):
    olga = await world.client("olga")
    url = await link(olga)
    head, _, sealed = url.rpartition("/")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in range(0, len(sealed), 7):
        other = letters[(letters.index(sealed[at]) + 1) % 64]
        assert is_refused(await olga.get(f"{head}/{sealed[:at]}{other}{sealed[at + 1 :]}"))
    for text in (sealed[:-1], sealed + "A", sealed + "=", sealed + "%00", "x", "%F0%9F%98%80"):
        assert is_refused(await olga.get(f"{head}/{text}"))
    assert await audit(world) == []
    assert (await olga.get(url)).status_code == 200


async def test_a_link_is_sealed_for_its_row_and_its_subject(world):
    """Who could seal would still be decided: as nobody else, and for no other row."""
    client = await world.client(None)
    seals = sealer(world)

    async def opened(kind: str, key: str, subject: str) -> httpx.Response:
        return await client.get(seals.offer(kind, key, subject, NOW).url)

    assert (await opened("agreement", AGREEMENT, "olga")).status_code == 200
    assert is_refused(await opened("agreement", BIRCHS, "olga"))
    assert is_refused(await opened("agreement", AGREEMENT, "vera"))
    assert is_refused(await opened("agreement", AGREEMENT, "cora"))
    assert is_refused(await opened("agreement", AGREEMENT, "nobody-knows"))
    assert is_refused(await opened("invoice", AGREEMENT, "olga"))
    assert is_refused(await opened("agreement", demo_key("agreement:none"), "olga"))
    codes = [event["code"] for event in await audit(world)]
    assert sorted(map(str, codes)) == sorted(
        ["None", "NOT_FOUND", "FORBIDDEN", "NOT_FOUND", "FORBIDDEN", "NOT_FOUND"]
    )


async def test_neither_a_cursor_nor_other_keys_open_a_document(world):
    client = await world.client(None)
    for keys in (world.settings.cursor_secrets(), (bytes(64),)):
        url = Downloads(keys).offer("agreement", AGREEMENT, "olga", NOW).url
        assert is_refused(await client.get(url))
    assert await audit(world) == []


async def test_head_is_the_get_without_its_body(world):
    olga = await world.client("olga")
    url = await link(olga)
    got, head = await olga.get(url), await olga.head(url)
    assert (head.status_code, head.content) == (200, b"")
    known = {name: value for name, value in got.headers.items() if name != "x-request-id"}
    assert known == {n: value for n, value in head.headers.items() if n != "x-request-id"}
    assert int(head.headers["content-length"]) == len(got.content)
    assert len(await audit(world)) == 2
    await removed(world)
    head = await olga.head(url)
    assert (head.status_code, head.content) == (404, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(world, method):
    olga = await world.client("olga")
    response = await olga.request(method, await link(olga))
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"
    assert await audit(world) == []


async def test_links_begin_with_the_public_address(world):
    settings = Settings(
        database_url=world.url, state_directory=world.folder, public_url="https://api.example.org/"
    )
    olga = await world.client("olga")
    app = create_app(settings, clock=world.clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="https://api.example.org",
            headers={"Authorization": olga.headers["Authorization"]},
        ) as client,
    ):
        reply = await client.post("/graphql", json={"query": LINK % AGREEMENT})
        url = reply.json()["data"]["node"]["document"]["url"]
        assert url.startswith("https://api.example.org/documents/")
        assert (await client.get(url)).status_code == 200
    path = url.removeprefix("https://api.example.org")
    assert path == await link(olga)


async def test_a_key_can_be_changed_while_links_are_out(world):
    [old] = world.settings.link_secrets()
    new = bytes(range(64))
    before, between, after = Downloads([old]), Downloads([new, old]), Downloads([new])
    sealed = before.offer("agreement", AGREEMENT, "olga", NOW).url.rpartition("/")[2]
    assert between.open(sealed, NOW) == before.open(sealed, NOW) is not None
    assert after.open(sealed, NOW) is None
    sealed = between.offer("agreement", AGREEMENT, "olga", NOW).url.rpartition("/")[2]
    assert after.open(sealed, NOW) is not None


async def test_the_log_knows_the_subject_and_never_the_link(world, caplog):
    caplog.set_level("INFO", logger="fieldgate")
    olga = await world.client("olga")
    url = await link(olga)
    await olga.get(url)
    await olga.get(url + "A")
    lines = [r for r in caplog.records if r.getMessage() == "document"]
    assert [(r.fields["status"], r.fields["reason"]) for r in lines] == [(200, None), (404, "SEAL")]
    assert lines[0].fields["subject"] == "olga"
    assert url.rpartition("/")[2] not in json.dumps([r.fields for r in caplog.records], default=str)


async def test_many_openings_at_once_are_all_audited(world):
    olga = await world.client("olga")
    url = await link(olga)
    responses = await asyncio.gather(*(olga.get(url) for _ in range(12)))
    assert {response.status_code for response in responses} == {200}
    assert len(await audit(world)) == 12


async def test_a_part_is_audited_with_the_organisation_that_keeps_its_whole(world):
    """A piece of evidence is a part of a record, which its provider keeps: opened or refused."""
    tina = await world.client("tina")
    record = f"rec_{record_key(2)}"
    reply = await tina.ask(
        "query ($id: ID!) { apprenticeRecord(id: $id) { training { evidence(first: 1) { nodes {"
        " id content { url } } } } } }",
        {"id": record},
    )
    [piece] = reply.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
    assert (await tina.get(piece["content"]["url"])).status_code == 200
    await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'tina'")
    assert is_refused(await tina.get(piece["content"]["url"]))
    events = [event for event in await audit(world) if event["resource_id"] == piece["id"][4:]]
    assert {(event["decision"], event["organisation_id"]) for event in events} == {
        ("ALLOWED", await organisation_key(world, "prov")),
        ("REFUSED", await organisation_key(world, "prov")),
    }
