"""What two policies differ in, as a reviewer reads it: one case for each kind of sentence."""

import csv
import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from authz.policy import MATRICES, Policy, PolicyLine
from authz.publishing.difference import differences, told
from authz.publishing.export import render
from authz.publishing.exported import UnreadablePolicy, read_policy

GOLDEN = Path(__file__).parents[1] / "golden" / "policy.csv"
POLICY = Policy.load()
HEAD = 'system = "employer_account"\ncolumns = ["owner", "transactor", "viewer", "signed_in"]\n'
ROW = """
[advert.read]
also = ["advert.list"]
source = "D0-M24"
feature = "View adverts"
owner = "organisation"
transactor = "organisation"
"""
OTHER = """
[reservation.create]
source = "D0-M31"
feature = "Reserve funding"
owner = "organisation"
"""
NEVER = '[advert.clone]\nsource = "D0-M25"\nfeature = "Clone"\n'
SAME = "nobody gains or loses by that."
NOBODY = "The policy is the same: nobody gains or loses anything.\n"


def change(old: str, new: str) -> str:
    assert old in ROW
    return HEAD + ROW.replace(old, new) + OTHER


# What a matrix was, what it is, and all that is said.
CASES = {
    "a right more": (
        HEAD + ROW + OTHER,
        HEAD + ROW + OTHER + 'viewer = "self"',
        ["Viewer gains reservation.create, for what is their own (D0-M31)."],
    ),
    "a right more by a restored cell": (
        HEAD + ROW + OTHER,
        HEAD + ROW + OTHER + 'viewer = "everything"\nrestored = ["viewer"]',
        ["Viewer gains reservation.create, without a limit; a restored cell (D0-M31)."],
    ),
    "a right less": (
        HEAD + ROW + OTHER,
        change('transactor = "organisation"\n', ""),
        ["Transactor loses advert.read and advert.list (D0-M24)."],
    ),
    "a right less for one and more for others": (
        HEAD + ROW + OTHER,
        HEAD + ROW + OTHER.replace("owner", "viewer") + 'signed_in = "organisation"',
        [
            "Owner loses reservation.create (D0-M31).",
            "Viewer and anyone signed in gain reservation.create, within their account (D0-M31).",
        ],
    ),
    "a right of anyone": (
        HEAD + ROW + OTHER,
        HEAD + ROW + OTHER + 'signed_in = "employed"',
        [
            (
                "Anyone signed in gains reservation.create, for people employed by the accounts "
                "they manage (D0-M31)."
            )
        ],
    ),
    "a wider scope": (
        HEAD + ROW + OTHER,
        change('transactor = "organisation"', 'transactor = "everything"'),
        [
            (
                "Transactor may advert.read and advert.list more widely: without a limit instead of "
                "within their account (D0-M24)."
            )
        ],
    ),
    "a narrower scope": (
        HEAD + ROW + OTHER.replace("organisation", "everything"),
        HEAD + ROW + OTHER.replace("organisation", "caseload"),
        [
            (
                "Owner may reservation.create more narrowly: within their caseload instead of "
                "without a limit (D0-M31)."
            )
        ],
    ),
    "another scope": (
        HEAD + ROW + OTHER.replace("organisation", "self"),
        HEAD + ROW + OTHER,
        [
            (
                "Owner may reservation.create in another scope: within their account instead of "
                "for what is their own (D0-M31)."
            )
        ],
    ),
    "a condition more": (
        HEAD + ROW,
        HEAD + ROW + 'when = "non_levy"',
        [
            (
                "Owner and Transactor may advert.read and advert.list on a condition from now on: "
                "applicable to non-levy paying employers only (D0-M24)."
            )
        ],
    ),
    "a condition less": (
        HEAD + OTHER + 'when = "non_levy"',
        HEAD + OTHER,
        [
            (
                "Owner may reservation.create without the condition that there was: "
                "applicable to non-levy paying employers only (D0-M31)."
            )
        ],
    ),
    "another condition": (
        HEAD + OTHER + 'when = "non_levy"',
        HEAD + OTHER + 'when = "not_only_aan"',
        [
            (
                "Owner may reservation.create on another condition: not for a person whose employer "
                "account roles are all AAN; it was: applicable to non-levy paying employers only "
                "(D0-M31)."
            )
        ],
    ),
    "fields listed": (
        HEAD + OTHER,
        HEAD + OTHER + 'fields = ["name", "title", "wage"]',
        ["Owner loses every field of reservation.create but name, title and wage (D0-M31)."],
    ),
    "fields listed no longer": (
        HEAD + ROW + 'fields = ["name"]',
        HEAD + ROW,
        [
            (
                "Owner and Transactor gain every field of advert.read and advert.list, not only name "
                "(D0-M24)."
            )
        ],
    ),
    "fields more": (
        HEAD + OTHER + 'fields = ["name"]',
        HEAD + OTHER + 'fields = ["wage", "name", "title"]',
        ["Owner gains the fields wage and title of reservation.create (D0-M31)."],
    ),
    "fields less": (
        HEAD + ROW + 'fields = ["name", "wage"]',
        HEAD + ROW + 'fields = ["name"]',
        ["Owner and Transactor lose the field wage of advert.read and advert.list (D0-M24)."],
    ),
    "other fields": (
        HEAD + OTHER + 'fields = ["name", "title"]',
        HEAD + OTHER + 'fields = ["name", "wage"]',
        ["Owner gains the field wage of reservation.create and loses the field title (D0-M31)."],
    ),
    "fields in another order": (
        HEAD + OTHER + 'fields = ["name", "title"]',
        HEAD + OTHER + 'fields = ["title", "name"]',
        [f"The fields of reservation.create stand in another order; {SAME}"],
    ),
    "a cell marked as restored": (
        HEAD + ROW,
        HEAD + ROW + 'restored = ["owner", "transactor"]',
        [
            (
                "Owner and Transactor hold advert.read and advert.list by a cell marked as restored "
                f"from now on; {SAME}"
            )
        ],
    ),
    "a cell marked no more": (
        HEAD + OTHER + 'restored = ["owner"]',
        HEAD + OTHER,
        [
            "Owner holds reservation.create by a cell not marked as restored any more; " + SAME,
        ],
    ),
    "another source": (
        HEAD + ROW,
        HEAD + ROW.replace("D0-M24", "A14"),
        [f"advert.read and advert.list come from A14 instead of D0-M24; {SAME}"],
    ),
    "another name": (
        HEAD + OTHER,
        HEAD + OTHER.replace("Reserve", "Hold {0}"),
        [
            'reservation.create is called "Hold {0} funding" instead of "Reserve funding"; ' + SAME,
        ],
    ),
    "a note more": (
        HEAD + OTHER,
        HEAD + OTHER + 'note = "So they say."',
        [f'reservation.create is noted: "So they say."; {SAME}'],
    ),
    "a note less": (
        HEAD + ROW + 'note = "So they say."',
        HEAD + ROW,
        [f'advert.read and advert.list are not noted any more: "So they say."; {SAME}'],
    ),
    "another note": (
        HEAD + OTHER + 'note = "So they say."',
        HEAD + OTHER + 'note = "Or so."',
        [f'reservation.create is noted: "Or so." instead of: "So they say."; {SAME}'],
    ),
    "an action more": (
        HEAD + ROW,
        HEAD + ROW + OTHER + 'when = "non_levy"\nfields = ["name", "wage"]',
        [
            (
                "Owner gains the new action reservation.create, within their account; only name and "
                "wage; applicable to non-levy paying employers only (D0-M31)."
            )
        ],
    ),
    "actions more": (
        HEAD + OTHER,
        HEAD + ROW + OTHER,
        [
            (
                "Owner and Transactor gain the new actions advert.read and advert.list, within their "
                "account (D0-M24)."
            )
        ],
    ),
    "an action that nobody holds yet": (
        HEAD + ROW,
        HEAD + ROW + NEVER,
        ["advert.clone is new here, and nobody here may do it yet (D0-M25)."],
    ),
    "actions that nobody holds yet": (
        HEAD + ROW,
        HEAD + ROW + NEVER + 'also = ["advert.copy"]',
        ["advert.clone and advert.copy are new here, and nobody here may do them yet (D0-M25)."],
    ),
    "an action less": (
        HEAD + ROW + OTHER,
        HEAD + ROW,
        ["Owner loses reservation.create, which is gone (D0-M31)."],
    ),
    "actions less": (
        HEAD + ROW + OTHER,
        HEAD + OTHER,
        ["Owner and Transactor lose advert.read and advert.list, which are gone (D0-M24)."],
    ),
    "an action that nobody held": (
        HEAD + ROW + NEVER,
        HEAD + ROW,
        ["advert.clone is gone from here, and nobody here could do it (D0-M25)."],
    ),
    "a column more": (
        HEAD.replace('"transactor", ', "") + OTHER,
        HEAD + OTHER + 'transactor = "self"',
        [
            "This matrix has a column for Transactor from now on.",
            "Transactor gains reservation.create, for what is their own (D0-M31).",
        ],
    ),
    "a column less": (
        HEAD + OTHER,
        HEAD.replace('"owner", ', "") + OTHER.replace("owner", "viewer"),
        [
            "This matrix has no column for Owner any more.",
            "Viewer gains reservation.create, within their account (D0-M31).",
            "Owner loses reservation.create (D0-M31).",
        ],
    ),
    "all at once": (
        HEAD + OTHER + 'viewer = "self"',
        HEAD
        + ROW
        + OTHER.replace("D0-M31", "A14").replace("organisation", "everything")
        + 'when = "non_levy"\nfields = ["name"]',
        [
            (
                "Owner and Transactor gain the new actions advert.read and advert.list, within their "
                "account (D0-M24)."
            ),
            (
                "Owner may reservation.create more widely: without a limit instead of within their "
                "account (A14)."
            ),
            (
                "Owner may reservation.create on a condition from now on: applicable to non-levy "
                "paying employers only (A14)."
            ),
            "Owner loses every field of reservation.create but name (A14).",
            f"reservation.create comes from A14 instead of D0-M31; {SAME}",
            "Viewer loses reservation.create (A14).",
        ],
    ),
    "rows in another order": (HEAD + ROW + OTHER, HEAD + OTHER + ROW, []),
}


@pytest.fixture
def policies(tmp_path):
    """Matrices by their files' names, as the lines of a policy."""

    def lines(**matrices: str) -> tuple[PolicyLine, ...]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, content in matrices.items():
            (folder / f"{name}.toml").write_text(content, "utf-8")
        return read_policy(str(folder))

    return lines


@pytest.mark.parametrize(("old", "new", "sentences"), CASES.values(), ids=CASES)
def test_a_change_is_told(policies, old, new, sentences):
    found = differences(policies(a=old), policies(a=new))
    assert found == ({"employer_account": tuple(sentences)} if sentences else {})


def test_systems_stand_in_the_order_of_the_sources(policies):
    own = '[role.read]\nsource = "D3-18"\nfeature = "Roles"\nsigned_in = "everything"\n'
    own = f'system = "fieldgate"\ncolumns = ["signed_in"]\n{own}'
    assigned = '[apprentice_record.read]\nsource = "A14"\nfeature = "Look"\n'
    assigned = f'system = "record_assignment"\ncolumns = ["senior_assessor"]\n{assigned}'
    old = policies(a=own, b=HEAD + ROW, c=assigned)
    new = policies(b=HEAD + ROW, c=assigned + 'senior_assessor = "organisation"\n')
    assert told(differences(old, new)) == (
        "ACE360 record assignment\n"
        "- Senior Assessor gains apprentice_record.read, within their organisation (A14).\n"
        "\n"
        "Fieldgate\n"
        "- This matrix is gone.\n"
        "- Anyone signed in loses role.read, which is gone (D3-18).\n"
    )
    assert told(differences(new, old)).endswith(
        "- This matrix is new.\n"
        "- Anyone signed in gains the new action role.read, without a limit (D3-18).\n"
    )


def test_an_action_is_new_or_gone_only_if_no_other_matrix_holds_it(policies):
    own = 'system = "fieldgate"\ncolumns = ["signed_in"]\n' + OTHER.replace("owner", "signed_in")
    alone, both = policies(a=HEAD + ROW, b=own), policies(a=HEAD + ROW + OTHER, b=own)
    gained = "Owner gains reservation.create, within their account (D0-M31)."
    assert differences(alone, both) == {"employer_account": (gained,)}
    lost = "Owner loses reservation.create (D0-M31)."
    assert differences(both, alone) == {"employer_account": (lost,)}


def test_a_missing_line_is_a_refusal():
    lines = tuple(POLICY.lines())
    refusals = [
        line for line in lines if line.effect == "deny" and line.action == "agreement.accept"
    ]
    assert refusals
    assert differences(lines, [line for line in lines if line not in refusals]) == {}


def test_a_changed_cell_is_never_passed_over():
    """Each line of the policy in turn, with one value that is another."""
    lines = list(POLICY.lines())
    for place, line in enumerate(lines):
        other = {"source": "A0", "feature": "x", "note": "x"}
        if line.effect == "allow":
            other |= {
                "scope": "area",
                "when": "x",
                "fields": ("x",),
                "restored": not line.restored,
            }
        for key, value in other.items():
            changed = [*lines[:place], replace(line, **{key: value}), *lines[place + 1 :]]
            [(system, sentences)] = differences(lines, changed).items()
            assert (system, len(sentences)) == (line.system, 1), (key, line)


def test_names_of_another_version_are_kept():
    line = PolicyLine(
        system="moon", source="M1", feature="Walk", action="crater.walk", role="moon.hare",
        effect="allow", scope="dark_side", when="full", fields=(), restored=False, note=None,
    )  # fmt: skip
    assert told(differences([], [line])) == (
        "moon\n- This matrix is new.\n"
        "- The role moon.hare gains the new action crater.walk, in the scope dark_side; "
        "the condition full (M1).\n"
    )


def test_a_policy_cannot_write_lines_of_its_own():
    lines = list(POLICY.lines())
    forged = replace(lines[0], note="x\n- Viewer\u2028gains\x1b[2J \u202enothing.")
    [sentence] = differences(lines, [forged, *lines[1:]])[lines[0].system]
    assert sentence.startswith(
        'invitation.accept is noted: "x - Viewer gains?[2J ?nothing." instead'
    )


def test_every_form_of_a_policy_is_read_back(tmp_path, monkeypatch):
    lines = tuple(POLICY.lines())
    for form in ("csv", "json"):
        file = tmp_path / f"policy.{form}"
        file.write_text(render(POLICY, form), "utf-8")
        assert read_policy(str(file)) == lines
    assert read_policy(str(MATRICES)) == lines
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(GOLDEN.read_bytes())))
    assert told(differences(read_policy("-"), lines)) == NOBODY


def test_a_table_is_read_as_other_programs_save_it(policies, tmp_path):
    """With a byte order mark, other line ends, the columns moved, and an empty line in it."""
    row = OTHER + 'fields = ["name", "wage"]\nnote = "one\\n\\"two\\", three"\n'
    lines = policies(a=HEAD + row)
    table = list(csv.reader(io.StringIO(render(Policy.load(tmp_path / "0"), "csv"))))
    file = tmp_path / "policy.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        moved = [[*reversed(cells)] for cells in table]
        csv.writer(out).writerows([*moved[:3], [], *moved[3:], []])
    assert lines[0].note == 'one\n"two", three'
    assert read_policy(str(file)) == lines


LINE = {
    "system": "fieldgate", "source": "D3-18", "feature": "Roles", "action": "role.read",
    "role": "signed_in", "effect": "allow", "scope": "everything", "when": None, "fields": None,
    "restored": False, "note": None,
}  # fmt: skip
COLUMNS = ",".join(LINE)
CELLS = "fieldgate,D3-18,Roles,role.read,signed_in,allow,everything,,,false,"

UNREADABLE = {
    "nothing": (b"", f", line 1: an exported policy begins with the columns {COLUMNS}."),
    "bytes": (b"\xff", ": it is not text in UTF-8."),
    "Markdown": (
        "# Policy 1\n",
        f", line 1: an exported policy begins with the columns {COLUMNS}.",
    ),
    "no line": (COLUMNS, ": it holds no line of a policy."),
    "a column less": (
        f"{COLUMNS}\n{CELLS}\n{CELLS[:-1]}\n",
        ", line 3: it has 10 columns instead of 11.",
    ),
    "an open quote": (
        f'{COLUMNS}\n{CELLS}"',
        ", line 2: it is not CSV: unexpected end of data.",
    ),
    "a line twice": (
        f'{COLUMNS}\n{CELLS}"a\nb"\n{CELLS}\n',
        ", line 4: 'role.read' of 'signed_in' stands here for the second time.",
    ),
    "an unknown effect": (
        f"{COLUMNS}\n{CELLS.replace('allow', 'maybe')}",
        ", line 2, column effect: 'maybe' stands here; there should be allow or deny.",
    ),
    "no role": (
        f"{COLUMNS}\n{CELLS.replace('signed_in', '')}",
        ", line 2, column role: nothing stands here; there should be some words.",
    ),
    "an unknown flag": (
        f"{COLUMNS}\n{CELLS.replace('false', 'FALSE')}",
        ", line 2, column restored: 'FALSE' stands here; there should be true or false.",
    ),
    "no flag": (
        f"{COLUMNS}\n{CELLS.replace('false', '')}",
        ", line 2, column restored: nothing stands here; there should be true or false.",
    ),
    "a field without a name": (
        f"{COLUMNS}\n{CELLS.replace(',,,', ',,a  b,')}",
        (
            ", line 2, column fields: ['a', '', 'b'] stands here; there should be names of fields, "
            "or nothing."
        ),
    ),
    "a right without a scope": (
        f"{COLUMNS}\n{CELLS.replace('everything', '')}",
        (
            ", line 2, column scope: nothing stands here; there should be a scope, as the effect is "
            "allow."
        ),
    ),
    "a refusal with a scope": (
        f"{COLUMNS}\n{CELLS.replace('allow', 'deny')}",
        (
            ", line 2, column scope: 'everything' stands here; there should be nothing, as the effect "
            "is deny."
        ),
    ),
    "broken JSON": (
        "[{]",
        (
            ": it is not JSON: Expecting property name enclosed in double quotes: "
            "line 1 column 3 (char 2)."
        ),
    ),
    "deep JSON": ("[" * 100_000, ": it is not JSON: "),
    "an object": ("{}", ": it is not a list, as an exported policy is."),
    "an empty list": ("[]", ": it holds no line of a policy."),
    "a list of words": (
        '["role.read"]',
        f", object 1: it is not an object with the keys {', '.join(LINE)}.",
    ),
    "a key less": (
        json.dumps([LINE, {"system": "fieldgate"}]),
        f", object 2: it is not an object with the keys {', '.join(LINE)}.",
    ),
    "a number": (
        json.dumps([LINE | {"note": 7}]),
        ", object 1, key note: 7 stands here; there should be words or nothing.",
    ),
    "a refusal that is restored": (
        json.dumps([LINE | {"effect": "deny", "scope": None, "restored": True}]),
        ", object 1, key restored: True stands here; there should be nothing, as the effect is deny.",
    ),
}


@pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_with_the_place(tmp_path, content, reason):
    file = tmp_path / "policy"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadablePolicy, match=f"^{re.escape(str(file) + reason)}") as refusal:
        read_policy(str(file))
    assert refusal.value.file == str(file)
    assert str(refusal.value).endswith(refusal.value.reason)


def test_a_missing_file_a_broken_matrix_and_an_empty_folder_are_named(tmp_path):
    with pytest.raises(UnreadablePolicy, match=r"/none\.csv: it cannot be read: No such file"):
        read_policy(str(tmp_path / "none.csv"))
    with pytest.raises(UnreadablePolicy, match=f"^{tmp_path}: the directory holds no matrix"):
        read_policy(str(tmp_path))
    (tmp_path / "a.toml").write_text(HEAD + OTHER.replace('"organisation"', '"moon"'), "utf-8")
    sentence = f"{tmp_path}/a.toml, [reservation.create]: `owner` names 'moon', which is no scope."
    with pytest.raises(UnreadablePolicy, match=f"^{re.escape(sentence)}$"):
        read_policy(str(tmp_path))
