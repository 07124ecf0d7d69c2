"""A matrix that cannot be obeyed is refused: one case for each thing a file can get wrong."""

from pathlib import Path

import pytest

from authz.matrix import Cell, MatrixError, Rule, read_matrix
from authz.policy import Policy
from authz.roles import SYSTEMS

HEAD = 'system = "employer_account"\ncolumns = ["owner", "viewer", "signed_in"]\n'
ROW = '[advert.read]\nsource = "D0-M24"\nfeature = "View adverts"\nowner = "organisation"\n'
SEVERAL = ROW.replace("[advert.read]", "[[advert.read]]")
SOURCES = {"D0-M24", "A14"}

REFUSALS = {
    "not TOML": (
        "system =",
        "the whole file",
        "it is not TOML: Invalid value (at end of document).",
    ),
    "no system": ('columns = ["owner"]', "the head", "`system` is missing."),
    "unknown system": (
        'system = "moon"\n' + ROW,
        "the head",
        f"'moon' is no system; there are {', '.join(SYSTEMS)}.",
    ),
    "no columns": (
        'system = "employer_account"\n' + ROW,
        "the head",
        "`columns` is missing; it names the roles of the matrix.",
    ),
    "columns that are no list": (
        'system = "employer_account"\ncolumns = "owner"\n',
        "the head",
        "`columns` is 'owner' and should be a list of words.",
    ),
    "a column twice": (
        'system = "employer_account"\ncolumns = ["owner", "owner"]\n',
        "the head",
        "`columns` names something twice: owner, owner.",
    ),
    "unknown role column": (
        'system = "employer_account"\ncolumns = ["owner", "emperor"]\n' + ROW,
        "the head",
        "column 'emperor' is no role of employer_account.",
    ),
    "a role of another system as column": (
        'system = "employer_account"\ncolumns = ["assessor"]\n' + ROW,
        "the head",
        "column 'assessor' is no role of employer_account.",
    ),
    "unknown key at the head": (
        HEAD + 'colour = "red"\n' + ROW,
        "[colour]",
        "`colour` is neither `system`, `columns` nor a row.",
    ),
    "action without a verb": (
        HEAD + ROW.replace("advert.read", "advert"),
        "[advert.source]",
        "the action 'advert' is not of the form resource.verb.",
    ),
    "action in capitals": (
        HEAD + ROW.replace("advert.read", "advert.Read"),
        "[advert.Read]",
        "the action 'advert.Read' is not of the form resource.verb.",
    ),
    "further action without a verb": (
        HEAD + ROW + 'also = ["clone"]\n',
        "[advert.read]",
        "the action 'clone' is not of the form resource.verb.",
    ),
    "action in two rows": (
        HEAD + ROW + ROW.replace("advert.read", "advert.view") + 'also = ["advert.read"]\n',
        "[advert.view]",
        "the action advert.read already stands in [advert.read].",
    ),
    "action twice in a row": (
        HEAD + ROW + 'also = ["advert.read"]\n',
        "[advert.read]",
        "the action advert.read already stands in [advert.read].",
    ),
    "unknown key in a row": (
        HEAD + ROW + 'reason = "because"\n',
        "[advert.read]",
        "'reason' is neither a key of a row nor a column of the matrix.",
    ),
    "a cell for a role that is no column": (
        HEAD + ROW + 'aan = "organisation"\n',
        "[advert.read]",
        "'aan' is neither a key of a row nor a column of the matrix.",
    ),
    "no source": (
        HEAD + ROW.replace('source = "D0-M24"\n', ""),
        "[advert.read]",
        "`source` is missing.",
    ),
    "unknown source": (
        HEAD + ROW.replace("D0-M24", "D0-M99"),
        "[advert.read]",
        "`source` names 'D0-M99', which is no rule or reading of the sources.",
    ),
    "no feature": (
        HEAD + ROW.replace('feature = "View adverts"\n', ""),
        "[advert.read]",
        "`feature` is missing.",
    ),
    "blank feature": (
        HEAD + ROW.replace("View adverts", " "),
        "[advert.read]",
        "`feature` is ' ' and should be some words.",
    ),
    "section that is no text": (
        HEAD + ROW + "section = 7\n",
        "[advert.read]",
        "`section` is 7 and should be some words.",
    ),
    "unknown scope": (
        HEAD + ROW.replace('"organisation"', '"planet"'),
        "[advert.read]",
        "`owner` names 'planet', which is no scope.",
    ),
    "cell that is no text": (
        HEAD + ROW.replace('"organisation"', "true"),
        "[advert.read]",
        "`owner` is True and should be some words.",
    ),
    "unknown condition": (
        HEAD + ROW + 'when = "full_moon"\n',
        "[advert.read]",
        "`when` names 'full_moon', which is no condition.",
    ),
    "restored gap": (
        HEAD + ROW + 'restored = ["viewer"]\n',
        "[advert.read]",
        "`restored` names 'viewer', which is not a filled cell of this row.",
    ),
    "restored key that is no cell": (
        HEAD + ROW + 'restored = ["source"]\n',
        "[advert.read]",
        "`restored` names 'source', which is not a filled cell of this row.",
    ),
    "field that cannot be one": (
        HEAD + ROW + 'fields = ["first name"]\n',
        "[advert.read]",
        "`fields` names 'first name', which cannot be a field of the schema.",
    ),
    "no field at all": (
        HEAD + ROW + "fields = []\n",
        "[advert.read]",
        "`fields` is empty; leave it out to open every field.",
    ),
    "fields that are no words": (
        HEAD + ROW + "fields = [1]\n",
        "[advert.read]",
        "`fields` is [1] and should be a list of words.",
    ),
    "a column in two rows of one action": (
        HEAD + SEVERAL + SEVERAL,
        "[advert.read]",
        "column 'owner' is filled in two rows of one action.",
    ),
    "an action without a row": (
        HEAD + "[advert]\nread = []\n",
        "[advert.read]",
        "the action 'advert' is not of the form resource.verb.",
    ),
    "an action whose rows are none": (
        HEAD + "[advert]\nread = [1]\n",
        "[advert.read]",
        "the action 'advert' is not of the form resource.verb.",
    ),
    "an action of several rows in another row": (
        HEAD + SEVERAL + ROW.replace("advert.read", "advert.view") + 'also = ["advert.read"]\n',
        "[advert.view]",
        "the action advert.read already stands in [advert.read].",
    ),
    "a further action of several rows in a row of its own": (
        HEAD + SEVERAL + 'also = ["advert.view"]\n' + ROW.replace("advert.read", "advert.view"),
        "[advert.view]",
        "the action advert.view already stands in [advert.read].",
    ),
    "an action twice in one of several rows": (
        HEAD + SEVERAL + 'also = ["advert.read"]\n',
        "[advert.read]",
        "the action advert.read already stands in [advert.read].",
    ),
    "a row twice": (
        HEAD + ROW + ROW,
        "the whole file",
        "it is not TOML: Cannot declare ('advert', 'read') twice (at line 7, column 13).",
    ),
}


@pytest.mark.parametrize(("content", "row", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_refused_file_is_named_with_its_row_and_the_reason(
    tmp_path: Path, content: str, row: str, reason: str
) -> None:
    file = tmp_path / "adverts.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(MatrixError) as refusal:
        read_matrix(file, SOURCES)
    assert (refusal.value.file, refusal.value.row) == ("adverts.toml", row)
    assert refusal.value.reason == reason
    assert str(refusal.value) == f"adverts.toml, {row}: {reason}"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "adverts.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(MatrixError, match=r"adverts\.toml, the whole file: it is not TOML"):
        read_matrix(file, SOURCES)


def test_a_whole_row_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "adverts.toml"
    file.write_text(
        HEAD
        + """
        [advert.update]
        also = ["advert.close"]
        source = "D0-M24"
        feature = "View adverts"
        section = "Apprenticeship adverts"
        owner = "everything"
        signed_in = "self"
        restored = ["owner"]
        when = "non_levy"
        fields = ["title", "firstName"]
        note = "A note."
        """,
        "utf-8",
    )
    matrix = read_matrix(file, SOURCES)
    columns = ("employer_account.owner", "employer_account.viewer", "signed_in")
    assert (matrix.system, matrix.columns) == ("employer_account", columns)
    assert matrix.rules == tuple(
        Rule(
            action=action,
            system="employer_account",
            source="D0-M24",
            feature="View adverts",
            section="Apprenticeship adverts",
            cells=(
                Cell("employer_account.owner", "everything", restored=True),
                Cell("employer_account.viewer", None),
                Cell("signed_in", "self"),
            ),
            when="non_levy",
            fields=("title", "firstName"),
            note="A note.",
        )
        for action in ("advert.update", "advert.close")
    )


def test_an_action_of_several_rows_has_a_rule_for_each(tmp_path: Path) -> None:
    file = tmp_path / "adverts.toml"
    other = """
        [[advert.read]]
        also = ["advert.view"]
        source = "A14"
        feature = "Another sentence"
        viewer = "self"
        when = "non_levy"
        fields = ["title"]
    """
    file.write_text(HEAD + SEVERAL + 'also = ["advert.view"]\n' + other, "utf-8")
    rules = read_matrix(file, SOURCES).rules
    columns = ("employer_account.owner", "employer_account.viewer", "signed_in")
    assert [(rule.action, rule.source, rule.when, rule.fields) for rule in rules] == [
        ("advert.read", "D0-M24", None, ()),
        ("advert.view", "D0-M24", None, ()),
        ("advert.read", "A14", "non_levy", ("title",)),
        ("advert.view", "A14", "non_levy", ("title",)),
    ]
    for rule, scopes in zip(
        rules, [("organisation", None, None)] * 2 + [(None, "self", None)] * 2, strict=True
    ):
        assert rule.cells == tuple(map(Cell, columns, scopes))


def test_of_several_rows_each_cell_is_told_once(tmp_path: Path) -> None:
    """Where it is filled; one that none fills by the first row."""
    other = SEVERAL.replace("owner", "viewer").replace("D0-M24", "A14")
    (tmp_path / "adverts.toml").write_text(
        HEAD + SEVERAL + other + 'when = "non_levy"\nfields = ["title"]\n', "utf-8"
    )
    lines = {line.role: line for line in Policy.load(tmp_path).lines()}
    assert len(lines) == len(list(Policy.load(tmp_path).lines())) == 3
    told = {
        role.partition(".")[2]: (e.source, e.scope, e.when, e.fields) for role, e in lines.items()
    }
    assert told == {
        "owner": ("D0-M24", "organisation", None, ()),
        "viewer": ("A14", "organisation", "non_levy", ("title",)),
        "": ("D0-M24", None, None, ()),
    }
