"""The published policy in its three formats, and the golden file whose diff a reviewer reads."""

import csv
import io
import json
import shutil
from itertools import groupby
from pathlib import Path

import pytest

from authz.conditions import CONDITIONS
from authz.matrix import MatrixError
from authz.policy import MATRICES, Policy
from authz.publishing.export import render

GOLDEN = Path(__file__).parents[1] / "golden" / "policy.csv"
KEYS = ["system", "source", "feature", "action", "role", "effect", "scope", "when"]
KEYS += ["fields", "restored", "note"]
POLICY = Policy.load()


def test_the_export_is_the_golden_file() -> None:
    command = "fieldgate policy export --format csv > tests/golden/policy.csv"
    assert render(POLICY, "csv") == GOLDEN.read_text("utf-8"), f"If it should change: {command}"


def test_json_holds_what_csv_holds() -> None:
    rows = list(csv.DictReader(io.StringIO(render(POLICY, "csv"))))
    objects = json.loads(render(POLICY, "json"))
    assert [list(item) for item in objects] == [KEYS] * len(rows)
    assert [{key: in_csv(value) for key, value in o.items()} for o in objects] == rows


def in_csv(value: object) -> object:
    if isinstance(value, list):
        return " ".join(value)
    return {None: "", True: "true", False: "false"}.get(value, value)


def test_markdown_has_a_table_for_each_system() -> None:
    text = render(POLICY, "md")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(list(POLICY.lines())) + 2 * len(POLICY.matrices)
    assert text.startswith(f"# Policy {POLICY.version}\n")
    assert "\n## Apprenticeship service employer account\n\n| source | feature | action |" in text
    assert "\n## Fieldgate\n" in text
    assert (
        "| D0-M31 | Reserve funding | reservation.create | employer_account.owner | allow | "
        "organisation | non_levy |  | true | Applicable to non-levy paying employers only |\n"
    ) in text


def test_markdown_says_what_its_words_mean() -> None:
    _, employer, own, visiting, assigning = render(POLICY, "md").split("\n## ")
    assert employer.partition("\n\n- ")[2].splitlines() == [
        "`self`: what is their own.",
        "- `organisation`: within their account.",
        "- `not_only_aan`: Not for a person whose employer account roles are all AAN (A02).",
        "- `non_levy`: Applicable to non-levy paying employers only (D0-14).",
    ]
    assert assigning.startswith("ACE360 record")
    assert assigning.partition("\n\n- ")[2].splitlines() == [
        "`organisation`: within their organisation.",
        "- `caseload`: within their caseload.",
    ]
    assert visiting.startswith("Aptem inspection")
    assert visiting.partition("\n\n- ")[2].splitlines() == [
        "`self`: what is their own.",
        "- `organisation`: within their organisation.",
        "- `caseload`: within their caseload.",
        "- `group`: in their parallel group.",
        "- `manage_ilr`: With the permission Manage ILR (D4-26).",
        f"- `verified_ilr_in_classic`: {CONDITIONS['verified_ilr_in_classic'].sentence} (D4-28).",
    ]
    assert own.endswith("\n\n- `self`: what is their own.\n- `everything`: without a limit.\n")


def test_lists_and_bars_survive_their_format(tmp_path: Path) -> None:
    (tmp_path / "fieldgate.toml").write_text(
        """
        system = "fieldgate"
        columns = ["signed_in"]
        [role.read]
        source = "D3-18"
        feature = "this | that"
        signed_in = "everything"
        fields = ["name", "title"]
        """,
        "utf-8",
    )
    policy = Policy.load(tmp_path)
    assert ",everything,,name title,false,\n" in render(policy, "csv")
    assert json.loads(render(policy, "json"))[0]["fields"] == ["name", "title"]
    assert "| this \\| that |" in render(policy, "md")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="no format 'pdf'; there are json, csv, md"):
        render(POLICY, "pdf")


def test_each_action_has_one_line_for_each_column_of_its_matrix() -> None:
    columns = {matrix.system: list(matrix.columns) for matrix in POLICY.matrices}
    lines = [(line.system, line.action, line.role) for line in POLICY.lines()]
    for (system, _), cells in groupby(sorted(lines), key=lambda line: line[:2]):
        assert [role for _, _, role in cells] == sorted(columns[system])
    assert len(set(lines)) == len(lines)
    assert {action for _, action, _ in lines} == POLICY.actions


def test_a_refusal_has_neither_scope_nor_condition() -> None:
    for line in POLICY.lines():
        assert (line.effect == "allow") == (line.scope is not None)
        if line.effect == "deny":
            assert (line.when, line.fields, line.restored) == (None, (), False)


def test_the_version_follows_every_cell(tmp_path: Path) -> None:
    matrices = Path(shutil.copytree(MATRICES, tmp_path / "matrices"))
    assert Policy.load(matrices).version == POLICY.version
    assert len(POLICY.version) == 12
    file = matrices / "employer_account.toml"
    table = file.read_text("utf-8")
    file.write_text(table + 'viewer = "organisation"\n', "utf-8")
    assert Policy.load(matrices).version != POLICY.version


def test_a_directory_without_a_matrix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match="the directory: it holds no matrix"):
        Policy.load(tmp_path)


def test_a_system_has_one_matrix(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        shutil.copy(MATRICES / "fieldgate.toml", tmp_path / name)
    with pytest.raises(MatrixError, match=r"b\.toml, the head: another file already holds"):
        Policy.load(tmp_path)
