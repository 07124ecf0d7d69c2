"""What a command takes: exactly its own input, in sound texts, of the version that was read."""

from __future__ import annotations

import pytest
import pytest_asyncio

from commands.acts import ACTS, do, outcome
from commands.tables import TABLES, audited
from scenarios.rows import ids_of, insert, organisation_id, organisation_key

LONG = "x" * 201
TOO_LONG, EMPTY, CHARACTERS = "TOO_LONG", "EMPTY", "CHARACTERS"


@pytest_asyncio.fixture(loop_scope="module")
async def olga(world):
    return await world.client("olga")


@pytest_asyncio.fixture(loop_scope="module")
async def alder(world):
    return await organisation_id(world, "alder")


async def own_targets(world) -> dict[str, str]:
    """A row of each type that Olga may act on."""
    key = await organisation_key(world, "alder")
    invitation = await insert(
        world,
        "invitations",
        organisation_id=key,
        email="ina@example.test",
        name="Ina",
        role="employer_account.viewer",
        status="PENDING",
        invited_at=1,
        expires_at=world.clock.instant + 1,
    )
    [[vera]] = await world.sql(
        "SELECT g.id FROM role_grants g JOIN users u ON u.id = g.user_id WHERE u.subject = 'vera'"
    )
    [[pending]] = await world.sql(
        "SELECT id FROM agreements WHERE organisation_id = :key AND status = 'PENDING'", key=key
    )
    return {
        "Organisation": f"org_{key}",
        "PayeScheme": (await ids_of(world, "paye_schemes", "alder"))[0],
        "LegalEntity": (await ids_of(world, "legal_entities", "alder"))[0],
        "Agreement": f"agr_{pending}",
        "RoleGrant": f"grt_{vera}",
        "Invitation": f"inv_{invitation}",
    }


def camel(column: str) -> str:
    head, *rest = column.split("_")
    return head + "".join(part.title() for part in rest)


# The tables that a mutation's row stands in; whoever acts on it may try to set all its columns.
COLUMNS_OF = {
    None: ("organisations", "employer_accounts", "users", "role_grants"),
    "Organisation": ("organisations", "employer_accounts", "invitations"),
    "PayeScheme": ("paye_schemes",),
    "LegalEntity": ("legal_entities",),
    "Agreement": ("agreements", "agreement_events"),
    "Invitation": ("invitations",),
    "RoleGrant": ("role_grants",),
}


@pytest.mark.parametrize("name", ACTS)
async def test_every_column_in_the_input_is_refused(world, tables, olga, name):
    """The input types are closed: a key too many is a request error, and nothing has run."""
    act, targets = ACTS[name], await own_targets(world)
    before = await tables.digests()
    columns = {
        spelling
        for table in TABLES
        if table.name in COLUMNS_OF[act.kind]
        for column in table.columns
        for spelling in (column.name, camel(column.name))
    } - {*act.given, act.argument, "ifVersion"}
    assert len(columns) >= 6
    for key in sorted(columns):
        reply = await do(olga, name, targets.get(act.kind), **{key: "1"})
        assert reply.status == 400, (key, reply.json)
        assert "data" not in reply.json
        assert {e["extensions"]["code"] for e in reply.errors} == {"BAD_USER_INPUT"}
    assert await tables.digests() == before


async def test_a_key_too_many_written_in_the_document_is_refused(tables, olga, alder):
    before = await tables.digests()
    for extra in (
        'status: "CLOSED"',
        'kind: "EPAO"',
        "revision: 7",
        f'id: "{alder}"',
        "nameSort: null",
    ):
        document = f'mutation {{ renameAccount(input: {{ organisationId: "{alder}", name: "X", {extra} }}) {{ organisation {{ id }} }} }}'
        reply = await olga.ask(document)
        assert reply.status == 400
        assert [e["extensions"]["code"] for e in reply.errors] == ["GRAPHQL_VALIDATION_FAILED"]
    assert await tables.digests() == before


# The columns that each action may change, of the row it acts on and of what it adds.
CHANGES = {
    "createAccount": {"organisations": "+", "employer_accounts": "+", "role_grants": "+"},
    "renameAccount": {"organisations": {"name", "name_sort", "revision"}},
    "acceptAgreement": {
        "agreements": {"status", "signed_at", "signed_by", "signed_by_id", "revision"},
        "agreement_events": "+",
    },
    "addPayeScheme": {"paye_schemes": "+"},
    "removePayeScheme": {"paye_schemes": "-"},
    "addLegalEntity": {"legal_entities": "+", "agreements": "+", "agreement_events": "+"},
    "inviteUser": {"invitations": "+", "mails": "+"},
    "cancelInvitation": {"invitations": {"status", "code_digest", "revision"}},
    "changeRole": {"role_grants": {"role", "revision"}},
    "removeUser": {"role_grants": {"ends_at", "revision"}},
    "leaveAccount": {"role_grants": {"ends_at", "revision"}},
}


@pytest.mark.parametrize("name", CHANGES)
async def test_an_action_changes_what_it_is_for_and_nothing_else(world, tables, olga, name):
    targets = await own_targets(world)
    before = await tables.rows()
    assert outcome(await do(olga, name, targets.get(ACTS[name].kind))) == "ok"
    after = await tables.rows()
    for table, old in before.items():
        was, is_ = ({row["id"]: row for row in rows} for rows in (old, after[table]))
        change = CHANGES[name].get(table, set())
        assert len(is_.keys() - was.keys()) == (1 if change == "+" else 0), table
        assert len(was.keys() - is_.keys()) == (1 if change == "-" else 0), table
        edited = [key for key in was.keys() & is_.keys() if was[key] != is_[key]]
        columns = {c for key in edited for c in was[key] if was[key][c] != is_[key][c]}
        assert columns <= (change if isinstance(change, set) else set()), table
        assert len(edited) == (1 if isinstance(change, set) and change else 0), table


VERSIONED = {
    "renameAccount": "organisations",
    "acceptAgreement": "agreements",
    "cancelInvitation": "invitations",
    "changeRole": "role_grants",
}


@pytest.mark.parametrize("name", VERSIONED)
async def test_an_edit_of_another_version_is_stale(world, tables, olga, name):
    target = (await own_targets(world))[ACTS[name].kind]
    set_to = f"UPDATE {VERSIONED[name]} SET revision = 7 WHERE id = :id"
    await world.sql(set_to, id=target[4:])
    before = await tables.digests()
    for version in (6, 8, 0, -1, 2_147_483_647):
        reply = await do(olga, name, target, ifVersion=version)
        assert outcome(reply) == "CONFLICT/STALE"
        assert reply.errors[0]["extensions"]["input"] == "input.ifVersion"
    assert await tables.digests() == before
    assert outcome(await do(olga, name, target, ifVersion=7)) == "ok"
    found = await world.sql(f"SELECT revision FROM {VERSIONED[name]} WHERE id = :id", id=target[4:])
    assert found[0][0] == 8


@pytest.mark.parametrize("name", VERSIONED)
async def test_null_for_a_version_is_no_version(world, olga, name):
    target = (await own_targets(world))[ACTS[name].kind]
    assert outcome(await do(olga, name, target, ifVersion=None)) == "ok"


async def test_the_version_that_was_read_is_the_one_to_edit(olga, alder):
    read = "query ($id: ID!) { organisation(id: $id) { editVersion } }"
    version = (await olga.ask(read, {"id": alder})).data["organisation"]["editVersion"]
    reply = await do(olga, "renameAccount", alder, name="One", ifVersion=version)
    again = reply.data["renameAccount"]["organisation"]["editVersion"]
    assert again == version + 1
    assert (
        outcome(await do(olga, "renameAccount", alder, name="Two", ifVersion=version))
        == "CONFLICT/STALE"
    )
    assert outcome(await do(olga, "renameAccount", alder, name="Two", ifVersion=again)) == "ok"


@pytest.mark.parametrize("name", [n for n, act in ACTS.items() if act.given])
async def test_unset_is_not_null_and_neither_is_a_value(world, tables, olga, name):
    """Every input without a default must be there, and must not be null."""
    act, target = ACTS[name], (await own_targets(world)).get(ACTS[name].kind)
    before = await tables.digests()
    for key in (*act.given, *([act.argument] if act.argument else [])):
        whole = act.given | ({act.argument: target} if act.argument else {})
        for given in ({k: v for k, v in whole.items() if k != key}, whole | {key: None}):
            reply = await olga.ask(act.document, {"input": given})
            assert reply.status == 400, (key, reply.json)
            assert "data" not in reply.json
    assert await tables.digests() == before


BAD_TEXTS = [
    ("", EMPTY),
    (" \u00a0\u2003\u3000\u200b\ufeff ", EMPTY),
    (LONG, TOO_LONG),
    ("Al\u202eder", CHARACTERS),
    ("Al\u200bder", CHARACTERS),
    ("Al\x7fder", CHARACTERS),
    ("Al\x9bder", CHARACTERS),
]
NAMES_THAT_SHOW_NOTHING = (
    "\u200d",
    "\u00ad \u200c",
    "\ufe0f\u2060",
    "\u3164",
    "\u2066\u2069",
    "\u2800",
)
NAMES_THAT_TURN = (
    "A\u202bl",
    "A\u2067l",
    "Al\u202c",
    "Al\u2069",
    "\u202aA\u2067l\u202c\u2069",
    "\u202dAl\u202c",
)
"""Changes of direction that are not closed, or not in their order; and an override, though closed."""
TEXTS = [
    ("createAccount", "name"),
    ("renameAccount", "name"),
    ("addPayeScheme", "name"),
    ("addLegalEntity", "name"),
    ("addLegalEntity", "code"),
    ("inviteUser", "name"),
]


@pytest.mark.parametrize(("name", "key"), TEXTS)
async def test_texts_that_are_no_texts(tables, olga, alder, name, key):
    before = await tables.digests()
    target = alder if ACTS[name].kind else None
    for value, reason in BAD_TEXTS:
        reply = await do(olga, name, target, **{key: value})
        assert outcome(reply) == f"BAD_USER_INPUT/{reason}", ascii(value)
        assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
        assert value == "" or value not in reply.response.text
    assert await tables.digests() == before


NAMES = [(name, key) for name, key in TEXTS if key == "name"]


@pytest.mark.parametrize(("name", "key"), NAMES)
async def test_names_that_show_nothing_or_disguise_what_follows(tables, olga, alder, name, key):
    before = await tables.digests()
    target = alder if ACTS[name].kind else None
    for values, reason in ((NAMES_THAT_SHOW_NOTHING, EMPTY), (NAMES_THAT_TURN, CHARACTERS)):
        for value in values:
            reply = await do(olga, name, target, **{key: value})
            assert outcome(reply) == f"BAD_USER_INPUT/{reason}", ascii(value)
            assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
    assert await tables.digests() == before


WRITTEN = {
    "emoji family": "Die \U0001f468\u200d\U0001f469\u200d\U0001f467 GmbH",
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Malayalam": "\u0d28\u0d28\u0d4d\u200d",
    "soft hyphen": "Donau\u00addampf",
    "variation selector": "Heart \u2764\ufe0f",
    "flag of Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "private use": "Qapla \uf8d0\uf8ff",
    "younger than this Python": "New \U0001fae9",
    "Hebrew with a mark": "A\u200f \u05d0\u05d1\u05d2",
    "isolated": "Caf\u00e9 \u2067\u05d0\u05d1\u2069 Ltd",
    "embedded, as phones copy numbers": "\u202aAlder 020\u202c",
    "Vietnamese": "Nguy\u1ec5n",
}
"""Names that people have or write, each as it is kept."""


@pytest.mark.parametrize("value", WRITTEN.values(), ids=WRITTEN)
async def test_names_are_taken_as_people_write_them(olga, alder, value):
    reply = await do(olga, "renameAccount", alder, name=f"\u2003{value}\u00a0")
    assert outcome(reply) == "ok"
    assert reply.data["renameAccount"]["organisation"]["name"] == value
    assert outcome(await do(olga, "inviteUser", alder, name=value)) == "ok"


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009", "\u3000", "\u2028"])
async def test_every_blank_within_a_name_is_a_space(olga, alder, blank):
    reply = await do(olga, "renameAccount", alder, name=f"Al{blank}der")
    assert reply.data["renameAccount"]["organisation"]["name"] == "Al der"


async def test_a_text_is_as_long_as_it_is_when_it_is_kept(olga, alder):
    value = "e\u0301" * 200
    reply = await do(olga, "renameAccount", alder, name=value)
    assert reply.data["renameAccount"]["organisation"]["name"] == "\u00e9" * 200
    assert outcome(await do(olga, "renameAccount", alder, name=value + "x")) == (
        "BAD_USER_INPUT/TOO_LONG"
    )


RENAME = "mutation{} {{ renameAccount(input: {}) {{ organisation {{ name }} }} }}"
APART = "Cafe\\u0301"


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("", '{{ organisationId: "{}", name: "' + APART + '" }}'),
        ("", '{{ organisationId: "{}", name: """\n  Cafe\u0301\n""" }}'),
        ('($name: String! = "' + APART + '")', '{{ organisationId: "{}", name: $name }}'),
        ('($input: RenameAccountInput! = {{ organisationId: "{}", name: "' + APART + '" }})', "$input"),
    ],
    ids=["escape", "block", "default", "default of an input"],
)  # fmt: skip
async def test_a_text_is_one_however_a_document_spells_it(olga, alder, declared, given):
    """Literals, variables and defaults are brought to NFC alike."""
    document = RENAME.format(declared.format(alder), given.format(alder))
    reply = await olga.ask(document)
    assert reply.data["renameAccount"]["organisation"]["name"] == "Caf\u00e9"


async def test_a_name_is_found_however_it_is_spelt(olga, alder):
    assert outcome(await do(olga, "renameAccount", alder, name="Cafe\u0301")) == "ok"
    for operand in ("eq: $of", "in: [$of]", "startsWith: $of", f'eq: "{APART}"', f'in: "{APART}"'):
        variable = "($of: String!)" if "$" in operand else ""
        found = f"query {variable} {{ organisations(first: 9, filter: {{ name: {{ {operand} }} }}) {{ nodes {{ name }} }} }}"
        for given in ("Cafe\u0301", "Caf\u00e9"):
            reply = await olga.ask(found, {"of": given} if variable else {})
            assert reply.data["organisations"]["nodes"] == [{"name": "Caf\u00e9"}], operand


UNFIT_ESCAPES = [
    ("\\u0000", "CONTROL_CHARACTER"),
    ("\\u{7}", "CONTROL_CHARACTER"),
    ("e" + "\\u0301\\u0316" * 16, "COMBINING_MARKS"),
]


@pytest.mark.parametrize(("escape", "reason"), UNFIT_ESCAPES)
async def test_an_escape_spells_nothing_that_a_text_may_not_hold(
    tables, olga, alder, escape, reason
):
    before = await tables.digests()
    literal = f'{{ organisationId: "{alder}", name: "Al{escape}der" }}'
    for document, name in (
        (RENAME.format("", literal), "input.name"),
        (RENAME.format(f"($input: RenameAccountInput! = {literal})", "$input"), "$input.name"),
    ):
        reply = await olga.ask(document)
        assert (reply.status, "data" in reply.json) == (400, False)
        assert outcome(reply) == f"BAD_USER_INPUT/{reason}"
        assert reply.errors[0]["extensions"]["input"] == name
    assert await tables.digests() == before


BLANKS = {9, 10, 13}
"""Tab, line feed and carriage return: blanks, which a text of one line keeps as a space."""


@pytest.mark.parametrize(("name", "key"), TEXTS)
async def test_controls_are_refused_at_the_boundary(tables, olga, alder, name, key):
    """security.md: NUL and C0 are refused, wherever they stand in a text."""
    before = await tables.digests()
    target = alder if ACTS[name].kind else None
    answers = {}
    for code in set(range(32)) - BLANKS:
        reply = await do(olga, name, target, **{key: f"Al{chr(code)}der"})
        answers[code] = outcome(reply).partition("/")[0]
    assert set(answers.values()) == {"BAD_USER_INPUT"}, answers
    assert await tables.digests() == before


async def test_blanks_within_a_text_are_one_space(olga, alder):
    for code in BLANKS:
        reply = await do(olga, "renameAccount", alder, name=f"Al{chr(code) * 2} der")
        assert reply.data["renameAccount"]["organisation"]["name"] == "Al der"


async def test_a_text_is_kept_in_its_composed_form(olga, alder):
    """security.md: NFC, so that two spellings of one name are one."""
    reply = await do(olga, "renameAccount", alder, name="  Cafe\u0301   Alder ")
    assert reply.data["renameAccount"]["organisation"]["name"] == "Caf\u00e9 Alder"


async def test_the_longest_text_fits(olga, alder):
    reply = await do(olga, "renameAccount", alder, name="x" * 200)
    assert reply.data["renameAccount"]["organisation"]["name"] == "x" * 200


BAD_EMAILS = [
    *("", "nell", "@example.test", "nell@", "nell@@example.test", "nell@example..test"),
    *(
        "ne ll@example.test",
        "nell@exam ple.test",
        "\u212aim@example.test",
        "n\u200bell@example.test",
    ),
    *("Nell <nell@example.test>", "nell@example.test, olga@example.test", "nell @example.test"),
    *(f"{'n' * 64}@{'.'.join(['e' * 60] * 4)}.test", f"nell@{'e' * 64}.test"),
]


async def test_an_invitation_needs_an_email_address(tables, olga, alder):
    before = await tables.digests()
    for email in BAD_EMAILS:
        reply = await do(olga, "inviteUser", alder, email=email)
        assert outcome(reply) == "BAD_USER_INPUT/EMAIL", email
        assert reply.errors[0]["extensions"]["input"] == "input.email"
    for email in ("nell@example.test\nbcc: all@example.test", "nell@example.test\x00"):
        reply = await do(olga, "inviteUser", alder, email=email)
        assert {e["extensions"]["code"] for e in reply.errors} == {"BAD_USER_INPUT"}, email
    assert await tables.digests() == before


BAD_REFERENCES = [
    *("", "123", "123/", "/AB123", "12/AB12345", "1234/AB123", "ABC/12345", "123-AB12345"),
    *(
        "123/AB 123",
        "123/ABCDEFGHIJK",
        "123/\u00c4B12345",
        "\u0661\u0662\u0663/AB12345",
        "123/AB12345;",
        "123/\u00df",  # capitals of it would be SS
        "123/\ufb01",  # and FI
        "123/\u212a1",  # the Kelvin sign, of which NFC makes a K
        "\uff11\uff12\uff13/AB12345",
        "123/\u0131AB",
    ),
]


async def test_a_paye_reference_has_one_form(tables, olga, alder):
    before = await tables.digests()
    for reference in BAD_REFERENCES:
        reply = await do(olga, "addPayeScheme", alder, reference=reference)
        assert outcome(reply) == "BAD_USER_INPUT/FORMAT", reference
        assert reply.errors[0]["extensions"]["input"] == "input.reference"
    assert await tables.digests() == before
    reply = await do(olga, "addPayeScheme", alder, reference="\u00a0 123/ab12345\u200b\t")
    assert reply.data["addPayeScheme"]["payeScheme"]["reference"] == "123/AB12345"
    assert (
        outcome(await do(olga, "addPayeScheme", alder, reference="123/Ab12345"))
        == "CONFLICT/ALREADY_ADDED"
    )


@pytest.mark.parametrize("kind", ["variable", "escape"])
async def test_an_identifier_is_checked_as_it_was_sent(tables, olga, alder, kind):
    before = await tables.digests()
    sent = "123/\u212a1" if kind == "variable" else "123/\\u212a1"
    given = f'{{ organisationId: "{alder}", name: "K", reference: "{sent}" }}'
    document = f"mutation {{ addPayeScheme(input: {given}) {{ payeScheme {{ id }} }} }}"
    assert outcome(await olga.ask(document)) == "BAD_USER_INPUT/FORMAT"
    assert await tables.digests() == before


SAME_CODES = [
    ("COMPANIES_HOUSE", "SC000123", ("SC123", "sc123", " SC0123\u00a0", "sc000123\u200b")),
    ("COMPANIES_HOUSE", "01234567", ("1234567", "01234567\n", "1234567 ")),
    ("COMPANIES_HOUSE", "IP12345R", ("ip12345r",)),
    ("COMPANIES_HOUSE", "R0000123", ("r0123",)),
    ("CHARITIES", "1234567", ("01234567", " 1234567")),
    ("CHARITIES", "SC012345", ("sc12345", "SC012345 ")),
    ("CHARITIES", "NIC100001", ("nic100001",)),
    ("PENSIONS_REGULATOR", "12345678", ("12345678 ",)),
    ("PUBLIC_BODIES", "ASH-1", ("ash-1", "\tAsh-1")),
    ("OTHER", "ASH", ("Ash",)),
]


@pytest.mark.parametrize(("source", "canonical", "others"), SAME_CODES)
async def test_a_legal_entity_has_one_code_however_it_is_written(
    tables, olga, alder, source, canonical, others
):
    document = ACTS["addLegalEntity"].document.replace("legalEntity { id", "legalEntity { id code")
    given = {"organisationId": alder, "name": "Ash", "source": source}
    reply = await olga.ask(document, {"input": given | {"code": others[0]}})
    assert reply.data["addLegalEntity"]["legalEntity"]["code"] == canonical
    before = await tables.digests()
    for code in (canonical, *others):
        reply = await olga.ask(document, {"input": given | {"code": code}})
        assert outcome(reply) == "CONFLICT/ALREADY_ADDED", code
    assert await tables.digests() == before


BAD_CODES = [
    *[("COMPANIES_HOUSE", code) for code in ("SC 123", "SC1234567", "123456789", "S123", "SC", "0", "SC000000", "ABC123", "12-345", "123R", "\uff33\uff23123", "\u017fc123", "\u0661\u0662\u0663")],
    *[("CHARITIES", code) for code in ("12345", "12345678", "AB123456", "1234567-", "SC", "1234 567")],
    *[("PENSIONS_REGULATOR", code) for code in ("1234567", "22345678", "PSR12345")],
    *[("PUBLIC_BODIES", code) for code in ("The Ash", "-", "\uff21sh", "A\u200dsh")],
]  # fmt: skip


@pytest.mark.parametrize(("source", "code"), BAD_CODES)
async def test_a_code_that_is_none_of_its_register(tables, olga, alder, source, code):
    before = await tables.digests()
    reply = await do(olga, "addLegalEntity", alder, source=source, code=code)
    assert outcome(reply) in {"BAD_USER_INPUT/FORMAT", "BAD_USER_INPUT/CHARACTERS"}
    assert reply.errors[0]["extensions"]["input"] == "input.code"
    assert await tables.digests() == before


async def test_a_reference_that_another_account_holds_is_only_not_to_be_had(
    world, tables, olga, alder
):
    references = {"birch": "102/BI00001", "cherry": "103/CH00001", "elm": "105/EL00001"}
    before = await tables.digests()
    replies = [
        await do(olga, "addPayeScheme", alder, reference=each) for each in references.values()
    ]
    assert {outcome(reply) for reply in replies} == {"CONFLICT/UNAVAILABLE"}
    assert len({reply.response.content for reply in replies}) == 1
    for reply in replies:
        assert not any(
            name in reply.response.text.casefold()
            for name in (*references, "birch", "10"[2:] or "0/")
        )
        [event] = await audited(world, reply.response.headers["x-request-id"])
        assert (event["code"], event["details"]) == ("CONFLICT", "{}")
    own = await do(olga, "addPayeScheme", alder, reference="101/AL00001")
    assert outcome(own) == "CONFLICT/ALREADY_ADDED"
    assert await tables.digests() == before


async def test_an_invitation_tells_nothing_of_people_elsewhere(olga, alder):
    """Known or not, on other teams or none: an address is invited alike."""
    answers = []
    for email in (
        "ellis@example.test",
        "petra@example.test",
        "lou@example.test",
        "unheard@example.test",
    ):
        reply = await do(olga, "inviteUser", alder, email=email, name="Somebody")
        made = reply.data["inviteUser"]["invitation"]
        assert made.pop("id").startswith("inv_")
        assert made.pop("email") == email
        answers.append((made, outcome(reply)))
    assert all(answer == answers[0] for answer in answers)


async def test_who_is_on_the_team_or_invited_is_not_invited_again(tables, olga, alder):
    assert outcome(await do(olga, "inviteUser", alder, email="Nell@Example.test")) == "ok"
    before = await tables.digests()
    assert (
        outcome(await do(olga, "inviteUser", alder, email="nell@example.TEST"))
        == "CONFLICT/ALREADY_INVITED"
    )
    assert (
        outcome(await do(olga, "inviteUser", alder, email="VERA@example.test"))
        == "CONFLICT/ALREADY_MEMBER"
    )
    assert await tables.digests() == before


ALIKE = [
    ("stra\u00dfe@example.test", "strasse@example.test"),
    ("\u0131ris@example.test", "iris@example.test"),
    ("o\ufb03ce@example.test", "office@example.test"),
    ("\u00c9va@example.test", "\u00e9va@example.test"),
]
"""Addresses of two people each, which only fold alike."""


@pytest.mark.parametrize(("one", "other"), ALIKE)
async def test_mailboxes_that_only_fold_alike_are_two_people(world, olga, alder, one, other):
    found = "query ($of: String!) { users(first: 9, filter: { email: { contains: $of } }) { nodes { email } } }"
    for email in (one, other):
        assert outcome(await do(olga, "inviteUser", alder, email=email)) == "ok"
        again = await do(olga, "inviteUser", alder, email=f" {email}\u00a0")
        assert outcome(again) == "CONFLICT/ALREADY_INVITED"
    await world.sql(
        "UPDATE users SET email = :one, email_sort = :one WHERE subject = 'vera'", one=other
    )
    third = one.replace("example.test", "EXAMPLE.test")
    assert outcome(await do(olga, "inviteUser", alder, email=third)) == "CONFLICT/ALREADY_INVITED"
    await world.sql("DELETE FROM invitations")
    assert outcome(await do(olga, "inviteUser", alder, email=one)) == "ok"
    assert outcome(await do(olga, "inviteUser", alder, email=other)) == "CONFLICT/ALREADY_MEMBER"
    for email, people in ((one, []), (other, [{"email": other}])):
        reply = await olga.ask(found, {"of": email})
        assert reply.data["users"]["nodes"] == people


async def test_a_domain_is_one_by_its_own_rules(olga, alder):
    assert outcome(await do(olga, "inviteUser", alder, email="nell@B\u00fccher.test")) == "ok"
    for email in ("nell@b\u00fccher.test", "NELL@xn--bcher-kva.test", "nell@BU\u0308CHER.test"):
        reply = await do(olga, "inviteUser", alder, email=email)
        assert outcome(reply) == "CONFLICT/ALREADY_INVITED", email


async def test_a_role_is_one_of_the_four(world, tables, olga, alder):
    grant = (await own_targets(world))["RoleGrant"]
    before = await tables.digests()
    for role in (
        "OWNERS",
        "employer_account.owner",
        "EMPLOYER_ACCOUNT_OWNER",
        "PARTNER",
        "",
        1,
        ["OWNER"],
    ):
        for name, target in (("inviteUser", alder), ("changeRole", grant)):
            reply = await do(olga, name, target, role=role)
            assert reply.status == 400
            assert "data" not in reply.json
    assert await tables.digests() == before


@pytest.mark.parametrize("role", ["OWNER", "TRANSACTOR", "VIEWER", "AAN"])
async def test_each_of_the_four_is_given(world, olga, alder, role):
    grant = (await own_targets(world))["RoleGrant"]
    reply = await do(olga, "changeRole", grant, role=role)
    assert reply.data["changeRole"]["grant"]["role"] == f"EMPLOYER_ACCOUNT_{role}"
    reply = await do(olga, "inviteUser", alder, email="nell@example.test", role=role)
    assert reply.data["inviteUser"]["invitation"]["role"] == f"EMPLOYER_ACCOUNT_{role}"
