"""The outbox is delivered to a real SMTP server, once, later when it must be, and kept by nobody."""

# ruff: noqa: ARG001, ARG002, N802 - aiosmtpd says how its handlers are called
import asyncio
import datetime as dt
import ipaddress
import json
import logging
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from db.drivers.database import Database
from db.models import Mail
from db.outbox import Outbox
from db.types import new_key
from server.app import create_app
from server.logs import JsonLines
from server.mail import carriers, delivery
from server.mail.carriers import FolderCarrier, SmtpCarrier
from server.mail.delivery import BACK_OFF, Post
from server.settings import smtp
from server.settings.smtp import SmtpSettings, read_address
from worlds import NOW

MINUTE = 60_000
CODE = "one-time-code-4711"
BODY = f"Dear Vera,\n\nthe code is {CODE}.\n.\n..and dots\nGrüße, £5 – ok\n" + "x" * 200 + "\n"


class Inbox:
    """What the server was given; `answers` are its next ones to RCPT or DATA, by command."""

    def __init__(self):
        self.taken = []
        self.connections = 0
        self.answers = {"RCPT": [], "DATA": []}
        self.hold = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers["RCPT"]:
            return self.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.hold is not None:
            await self.hold.wait()
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        message = message_from_bytes(envelope.content, policy=WIRE)
        self.taken.append(
            SimpleNamespace(
                sender=envelope.mail_from,
                recipients=envelope.rcpt_tos,
                message=message,
                raw=envelope.content,
                encrypted=session.ssl is not None,
                authenticated=session.authenticated,
            )
        )
        return "250 taken"


@pytest.fixture
async def listen():
    """Start SMTP servers on loopback; each gives its inbox and its port."""
    servers = []

    async def start(*, tls=None, **options):
        inbox = Inbox()
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(inbox, hostname="mail.example.test", **options), "127.0.0.1", 0, ssl=tls
        )
        servers.append(server)
        return inbox, server.sockets[0].getsockname()[1]

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


def settings(port, **changes):
    return SmtpSettings(
        **{
            "host": "127.0.0.1",
            "port": port,
            "starttls": False,
            "sender": "Fieldgate Örtlich <no-reply@fieldgate.example>",
            **changes,
        }
    )


@pytest.fixture
async def database(world):
    database = Database(world.url)
    await database.connect()
    yield database
    await database.close()


def post(database, world, smtp):
    return Post(Outbox(database), SmtpCarrier(smtp), smtp.from_address(), world.clock)


async def write(database, **columns):
    """Put a mail into the outbox, as a command does; return its key."""
    key = new_key()
    async with database.transaction() as writer:
        writer.session.add(
            Mail(
                **{
                    "id": key,
                    "kind": "invitation",
                    "recipient": "vera@example.test",
                    "subject": "Einladung für Vera",
                    "body": BODY,
                    "created_at": NOW,
                    "not_before": NOW,
                    "attempts": 0,
                    **columns,
                }
            )
        )
    return key


async def row(world, key):
    [found] = await world.sql(
        "SELECT body, attempts, not_before, sent_at, failed_at, last_error FROM mails WHERE id = :key",
        key=key,
    )
    return found._asdict()


async def test_mail_is_sent_as_written_once_and_its_body_is_forgotten(world, database, listen):
    inbox, port = await listen()
    key = await write(database)
    office = post(database, world, settings(port))
    assert await office.deliver_due(NOW) == 1
    assert await office.deliver_due(NOW) == 0
    [taken] = inbox.taken
    assert (taken.sender, taken.recipients) == ("no-reply@fieldgate.example", ["vera@example.test"])
    message = taken.message
    assert message.defects == []
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Message-ID")} == {
        "From": "Fieldgate Örtlich <no-reply@fieldgate.example>",
        "To": "vera@example.test",
        "Subject": "Einladung für Vera",
        "Message-ID": f"<{key}@fieldgate.example>",
    }
    assert message["Date"].datetime == dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == BODY
    assert await row(world, key) == {
        "body": "",
        "attempts": 1,
        "not_before": NOW + 5 * MINUTE,
        "sent_at": NOW,
        "failed_at": None,
        "last_error": None,
    }


@pytest.mark.parametrize("body", ["", "é" * 700 + "\n", "A line\r\nand another\r\n", "no end"])
async def test_every_body_arrives(world, database, listen, body):
    inbox, port = await listen(decode_data=False, enable_SMTPUTF8=False)
    await write(database, body=body)
    assert await post(database, world, settings(port)).deliver_due(NOW) == 1
    got = inbox.taken[0].message.get_content().replace("\r\n", "\n")
    assert got.rstrip("\n") == body.replace("\r\n", "\n").rstrip("\n")
    assert all(len(line) <= 998 for line in inbox.taken[0].raw.split(b"\r\n"))


async def test_mail_is_not_sent_before_its_time_and_in_the_order_of_it(world, database, listen):
    inbox, port = await listen()
    for minutes in (2, 0, 1):
        await write(database, subject=str(minutes), not_before=NOW + minutes * MINUTE)
    office = post(database, world, settings(port))
    assert await office.deliver_due(NOW - 1) == 0
    assert await office.deliver_due(NOW + MINUTE) == 2
    assert [taken.message["Subject"] for taken in inbox.taken] == ["0", "1"]
    assert await office.deliver_due(NOW + 2 * MINUTE) == 1


async def test_nothing_due_opens_no_transaction_and_no_connection(world, database, listen):
    inbox, port = await listen()
    await write(database, not_before=NOW + 1)
    async with database.transaction(), asyncio.timeout(5):  # the only writer's place on SQLite
        assert await post(database, world, settings(port)).deliver_due(NOW) == 0
    assert inbox.connections == 0


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_refusal_for_now_is_tried_again_later_and_bounded(world, database, listen, command):
    inbox, port = await listen()
    office = post(database, world, settings(port))
    key = await write(database)
    inbox.answers[command] = [f"451 later, {CODE}"] * 99
    for attempt, pause in enumerate(BACK_OFF, start=1):
        assert await office.deliver_due(world.clock.now()) == 0
        mail = await row(world, key)
        assert (mail["attempts"], mail["failed_at"], mail["body"]) == (attempt, None, BODY)
        assert mail["not_before"] == world.clock.now() + pause
        assert mail["last_error"].endswith(" 451")
        world.clock.advance(milliseconds=pause - 1)
        assert await office.deliver_due(world.clock.now()) == 0
        assert (await row(world, key))["attempts"] == attempt
        world.clock.advance(milliseconds=1)
    assert await office.deliver_due(world.clock.now()) == 0
    mail = await row(world, key)
    assert (mail["failed_at"], mail["sent_at"], mail["body"]) == (world.clock.now(), None, "")
    assert CODE not in mail["last_error"]
    world.clock.advance(milliseconds=9_999 * MINUTE)
    assert await office.deliver_due(world.clock.now()) == 0
    assert inbox.connections == len(BACK_OFF) + 1
    assert inbox.taken == []


async def test_later_attempt_that_succeeds_is_the_same_message(world, database, listen):
    inbox, port = await listen()
    office = post(database, world, settings(port))
    key = await write(database)
    inbox.answers["DATA"] = ["451 later"]
    assert await office.deliver_due(NOW) == 0
    assert await office.deliver_due(NOW + MINUTE) == 1
    assert inbox.taken[0].message["Message-ID"] == f"<{key}@fieldgate.example>"
    assert inbox.taken[0].message["Date"].datetime.timestamp() * 1_000 == NOW
    mail = await row(world, key)
    assert (mail["attempts"], mail["last_error"], mail["body"]) == (2, None, "")


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such user vera@example.test", "SMTPRecipientRefused 550"),
        ("DATA", "554 not this", "SMTPDataError 554"),
    ],
)
async def test_refusal_for_ever_is_not_tried_again(world, database, listen, command, answer, error):
    inbox, port = await listen()
    key, other = await write(database), await write(database, not_before=NOW)
    inbox.answers[command] = [answer]
    assert await post(database, world, settings(port)).deliver_due(NOW) == 1
    given_up = [each for each in (key, other) if (await row(world, each))["failed_at"]]
    assert len(given_up) == 1
    mail = await row(world, given_up[0])
    assert (mail["failed_at"], mail["body"], mail["last_error"]) == (NOW, "", error)


async def test_server_that_is_not_there_is_tried_again(world, database, unused_port):
    key = await write(database)
    assert await post(database, world, settings(unused_port)).deliver_due(NOW) == 0
    mail = await row(world, key)
    assert (mail["attempts"], mail["not_before"], mail["body"]) == (1, NOW + MINUTE, BODY)
    assert mail["last_error"] == "SMTPConnectError"


@pytest.fixture
async def unused_port():
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_server_that_does_not_answer_is_left(world, database, listen, monkeypatch):
    monkeypatch.setattr(carriers, "_SECONDS_TO_CARRY", 0.2)
    monkeypatch.setattr(carriers, "_SECONDS_TO_ANSWER", 0.5)  # also what a farewell waits for
    inbox, port = await listen()
    inbox.hold = asyncio.Event()
    key = await write(database)
    assert await post(database, world, settings(port)).deliver_due(NOW) == 0
    assert (await row(world, key))["last_error"] == "TimeoutError"
    inbox.hold.set()


async def test_two_servers_share_the_work_and_send_nothing_twice(world, database, listen):
    inbox, port = await listen()
    other = Database(world.url)
    await other.connect()
    for number in range(20):
        await write(database, subject=str(number))
    offices = [post(each, world, settings(port)) for each in (database, other)]
    sent = await asyncio.gather(*(office.deliver_due(NOW) for office in offices * 2))
    await other.close()
    # One that looks while the others hold all that is due goes home; the last one never does.
    assert sum(sent) == 20
    subjects = sorted(int(taken.message["Subject"]) for taken in inbox.taken)
    assert subjects == list(range(20))


async def test_mail_of_a_server_that_died_is_taken_over_when_its_claim_ends(
    world, database, listen
):
    inbox, port = await listen()
    key = await write(database)
    outbox = Outbox(database)
    dead = await outbox.claim(NOW, NOW + 5 * MINUTE)
    assert (dead.id, dead.attempts) == (key, 1)
    office = post(database, world, settings(port))
    assert await office.deliver_due(NOW + 5 * MINUTE - 1) == 0
    assert await office.deliver_due(NOW + 5 * MINUTE) == 1
    await outbox.postponed(dead, 0, "It was not dead after all.")
    await outbox.failed(dead, 0, "It was not dead after all.")
    mail = await row(world, key)
    assert (mail["attempts"], mail["sent_at"] is None, mail["failed_at"]) == (2, False, None)
    assert await office.deliver_due(NOW + 999 * MINUTE) == 0
    assert len(inbox.taken) == 1


async def test_late_news_that_a_mail_was_sent_ends_its_retries(world, database, listen):
    inbox, port = await listen()
    await write(database)
    outbox = Outbox(database)
    slow = await outbox.claim(NOW, NOW + 1)
    await outbox.postponed(await outbox.claim(NOW + 1, NOW + 2), NOW + 2, "451")
    await outbox.sent(slow, NOW)
    assert await post(database, world, settings(port)).deliver_due(NOW + 999 * MINUTE) == 0
    assert inbox.connections == 0


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
async def test_post_goes_round_a_mail_that_another_is_just_claiming(world, database, listen):
    inbox, port = await listen()
    held = await write(database, not_before=NOW - 1)
    await write(database, subject="the other")
    async with database.transaction() as writer, asyncio.timeout(10):
        await writer.session.get(Mail, held, with_for_update=True)
        assert await post(database, world, settings(port)).deliver_due(NOW) == 1
    assert [taken.message["Subject"] for taken in inbox.taken] == ["the other"]


async def test_mail_that_its_servers_always_die_with_is_given_up(world, database, listen):
    inbox, port = await listen()
    key = await write(database, attempts=len(BACK_OFF) + 1)
    assert await post(database, world, settings(port)).deliver_due(NOW) == 0
    mail = await row(world, key)
    assert (mail["failed_at"], mail["body"], inbox.connections) == (NOW, "", 0)


HOSTILE = {
    "two addresses": {"recipient": "a@example.test, b@example.test"},
    "header in an address": {"recipient": "a@example.test\r\nBcc: b@example.test"},
    "named address": {"recipient": "Vera <a@example.test>"},
    "parameter": {"recipient": "a@example.test> SIZE=1"},
    "no domain": {"recipient": "vera"},
    "nothing": {"recipient": ""},
    "no ASCII before the @": {"recipient": "véra@example.test"},
    "header in a subject": {"subject": "Hello\r\nBcc: b@example.test"},
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_what_is_no_mail_to_one_person_is_given_up_unsent(world, database, listen, case):
    inbox, port = await listen()
    key = await write(database, **HOSTILE[case])
    assert await post(database, world, settings(port)).deliver_due(NOW) == 0
    mail = await row(world, key)
    assert (mail["failed_at"], mail["body"], mail["last_error"]) == (NOW, "", "ValueError")
    assert inbox.connections == 0


async def test_international_domain_is_written_in_ascii(world, database, listen):
    inbox, port = await listen()
    await write(database, recipient="vera@bücher.example")
    assert await post(database, world, settings(port)).deliver_due(NOW) == 1
    assert inbox.taken[0].recipients == ["vera@xn--bcher-kva.example"]
    assert inbox.taken[0].message["To"] == "vera@xn--bcher-kva.example"


@given(st.one_of(st.text(), st.emails(), st.builds("{}@{}".format, st.text(), st.text())))
def test_every_text_is_one_mailbox_or_refused(text):
    try:
        address = read_address(text)
    except ValueError:
        return
    assert address.domain.isascii()
    message = EmailMessage()
    message["To"] = address
    again = message_from_bytes(message.as_bytes(policy=WIRE), policy=WIRE)
    assert [each.addr_spec for each in again["To"].addresses] == [address.addr_spec]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that signs itself, and the server's side of TLS with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + signed.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return SimpleNamespace(file=file, context=context)


def check(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (b"fieldgate", b"hunter2")
    return AuthResult(success=known, handled=False)


@pytest.fixture
async def secured(listen, certificate):
    return await listen(
        tls_context=certificate.context,
        require_starttls=True,
        authenticator=check,
        auth_required=True,
    )


LOGIN = {"username": "fieldgate", "password": "hunter2", "starttls": True}


async def test_password_and_mail_go_over_starttls(
    world, database, secured, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    inbox, port = secured
    await write(database)
    assert await post(database, world, settings(port, **LOGIN)).deliver_due(NOW) == 1
    assert (inbox.taken[0].encrypted, inbox.taken[0].authenticated) == (True, True)


async def test_connection_may_be_encrypted_from_its_first_byte(
    world, database, listen, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    inbox, port = await listen(tls=certificate.context)
    monkeypatch.setattr(smtp, "_TLS_FROM_THE_FIRST_BYTE", port)
    await write(database)
    assert await post(database, world, settings(port, starttls=True)).deliver_due(NOW) == 1
    assert len(inbox.taken) == 1


async def test_wrong_password_is_the_operators_to_mend(
    world, database, secured, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    _, port = secured
    key = await write(database)
    office = post(database, world, settings(port, **LOGIN | {"password": "hunter3"}))
    assert await office.deliver_due(NOW) == 0
    mail = await row(world, key)
    assert (mail["failed_at"], mail["last_error"]) == (None, "SMTPAuthenticationError 535")


async def test_unknown_certificate_is_not_trusted(world, database, secured):
    inbox, port = secured
    key = await write(database)
    assert await post(database, world, settings(port, **LOGIN)).deliver_due(NOW) == 0
    assert (await row(world, key))["failed_at"] is None
    assert inbox.taken == []


async def test_nothing_is_said_to_a_server_without_starttls(world, database, listen):
    inbox, port = await listen(authenticator=check, auth_require_tls=False)
    key = await write(database)
    assert await post(database, world, settings(port, **LOGIN)).deliver_due(NOW) == 0
    assert (await row(world, key))["failed_at"] is None
    assert inbox.taken == []


async def test_log_names_the_mail_and_nothing_of_it(world, database, listen, caplog):
    caplog.set_level(logging.INFO, "fieldgate")
    inbox, port = await listen()
    keys = {await write(database) for _ in range(3)}
    inbox.answers["DATA"] = [f"451 {CODE}", f"550 {CODE}"]
    assert await post(database, world, settings(port)).deliver_due(NOW) == 1
    lines = [JsonLines().format(record) for record in caplog.records]
    told = [json.loads(line) for line in lines]
    assert [line["event"] for line in told] == ["mail postponed", "mail given up", "mail sent"]
    assert {line["mail"] for line in told} == keys
    for secret in (CODE, "vera", "Vera"):
        assert not any(secret in line for line in lines)


async def test_development_writes_files_that_only_its_user_reads(world):
    app = await world.app()
    key = await write(app.state.database)
    [message] = await world.mails()
    assert message["To"] == "vera@example.test"
    assert message.get_content() == BODY
    assert (await row(world, key))["body"] == ""
    [file] = (world.folder / "mail").iterdir()
    assert file.name == f"20261102-090000-{key}.eml"
    assert CODE in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


async def test_folder_that_cannot_be_written_is_tried_again(world, database):
    (world.folder / "mail").write_text("in the way")
    key = await write(database)
    carrier = FolderCarrier(world.folder / "mail")
    sender = SmtpSettings().from_address()
    assert await Post(Outbox(database), carrier, sender, world.clock).deliver_due(NOW) == 0
    mail = await row(world, key)
    assert (mail["not_before"], mail["last_error"]) == (NOW + MINUTE, "FileExistsError")


async def appears(folder):
    async with asyncio.timeout(20):
        while not list(folder.glob("*.eml")):  # noqa: ASYNC110 - a folder has no Event
            await asyncio.sleep(0.01)


async def test_a_running_application_delivers_and_survives_a_fault(
    world, database, caplog, monkeypatch
):
    monkeypatch.setattr(delivery, "_SECONDS_AFTER_A_FAULT", 0.01)
    await write(database)
    await world.sql("ALTER TABLE mails RENAME TO lost")
    app = create_app(world.settings, clock=world.clock)
    async with app.router.lifespan_context(app):
        async with asyncio.timeout(20):
            while not caplog.records:  # noqa: ASYNC110 - a log has no Event
                await asyncio.sleep(0.01)
        assert caplog.records[0].getMessage() == "outbox"
        await world.sql("ALTER TABLE lost RENAME TO mails")
        await appears(world.folder / "mail")
