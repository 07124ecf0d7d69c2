"""The mutants stand where they say, and their runner calls a survivor a survivor."""

from __future__ import annotations

import ast
import shutil
import tomllib
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from mutants import anchors
from mutants.declared import FOLDER, Mutant, MutantError, declared
from mutants.inside import PACKAGES
from mutants.running import survey

ROOT = Path(__file__).parents[2]
MUTANTS = declared()
COMPARING = (
    "tests/differential/",
    "tests/lab/test_three_ways",
    "tests/snapshots/",
)
"""Tests that compare with another implementation, or with what was there before."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_makes_one_line_of_the_code_wrong(mutant):
    file, changed = mutant.applied(ROOT)
    before, after = file.read_text("utf-8").splitlines(), changed.splitlines()
    opcodes = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    lines = [max(b - a, d - c) for tag, a, b, c, d in opcodes if tag != "equal"]
    assert sum(lines) in {1, 2, 3}  # where what follows must go with the line
    if file.suffix == ".py":
        ast.parse("\n".join(after))
    else:
        tomllib.loads("\n".join(after))
    assert mutant.leak.endswith((".", ")"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_its_killers_are_tests_that_need_no_other_implementation(mutant):
    for test in mutant.killed_by:
        file, _, name = test.partition("::")
        assert not file.startswith(COMPARING)
        found = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert name.partition("[")[0] in found


TOY = "def double(number):\n    return number * 2\n\n\ndef never_asked():\n    return 1\n"
TESTS = "from engine import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
KILLERS = ("tests/test_toy.py",)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of one function and one test."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(TOY)
    (tmp_path / "tests" / "mutants").mkdir(parents=True)
    shutil.copy(FOLDER / "inside.py", tmp_path / "tests" / "mutants")
    (tmp_path / "tests" / "test_toy.py").write_text(TESTS)
    return tmp_path


def toy(name: str, old: str, new: str) -> Mutant:
    return Mutant(name, "engine", old, new, "It would leak.", KILLERS)


def test_a_mutant_is_killed_survives_or_cannot_be_judged(checkout):
    mutants = [
        toy("noticed", "number * 2", "number * 3"),
        toy("overlooked", "return 1", "return 2"),
        toy("not importable", "def double", "raise ValueError\n\n\ndef double"),
        toy("moved", "return 7", "return 8"),
        toy("everywhere", "return", "yield"),
    ]
    told = []
    verdicts = survey(checkout, mutants, 1, told.append)
    assert told == verdicts
    assert {v.mutant.name: v.fate for v in verdicts} == {
        "noticed": "killed",
        "overlooked": "SURVIVED",
        "not importable": "BROKEN",
        "moved": "BROKEN",
        "everywhere": "BROKEN",
    }
    said = {v.mutant.name: v.told for v in verdicts}
    assert said["noticed"] == "tests/test_toy.py::test_double"
    assert "stands 0 times in engine, not once" in said["moved"]
    assert "stands 2 times in engine, not once" in said["everywhere"]
    assert (checkout / "engine" / "__init__.py").read_text() == TOY


def test_a_failing_fixture_kills_nothing(checkout):
    setting = "import pytest\nfrom engine import double\n\n\n@pytest.fixture\ndef four():\n    assert double(2) == 4\n\n\ndef test_four(four):\n    pass\n"
    (checkout / "tests" / "test_toy.py").write_text(setting)
    [verdict] = survey(checkout, [toy("unstarted", "* 2", "* 3")], 1, lambda _: None)
    assert verdict.fate == "BROKEN"


def test_tests_that_fail_without_a_mutant_judge_nobody(checkout):
    (checkout / "tests" / "test_toy.py").write_text(TESTS.replace("4", "5"))
    with pytest.raises(MutantError, match="fail without any mutant"):
        survey(checkout, [toy("innocent", "* 2", "* 3")], 1, lambda _: None)


def test_code_from_elsewhere_is_not_judged(checkout):
    shutil.rmtree(checkout / "authz")
    with pytest.raises(MutantError, match="authz was imported from"):
        survey(checkout, [toy("innocent", "* 2", "* 3")], 1, lambda _: None)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('[one]\nat = "a.py"\n', "should have"),
        ('[one]\nat = "a"\nold = "b"\nnew = "c"\nleak = "d."\nkilled_by = []\n', "no test"),
    ],
)
def test_a_declaration_is_whole(tmp_path, table, reason):
    (tmp_path / "one.toml").write_text(table)
    with pytest.raises(MutantError, match=reason):
        declared(tmp_path)
    (tmp_path / "one.toml").write_text(
        '[one]\nat = "a"\nold = "b"\nnew = "c"\nleak = "d."\nkilled_by = ["e"]\n'
    )
    assert [mutant.name for mutant in declared(tmp_path)] == ["one"]
    shutil.copy(tmp_path / "one.toml", tmp_path / "two.toml")
    with pytest.raises(MutantError, match="share a name: one"):
        declared(tmp_path)


CODE = """
class Gate:
    def opens(self, row):
        # a comment, and more than one line
        return all(
            [self.held(row), self.met(row)],
        )

    def shuts(self, row):
        return all([self.held(row)])
"""


def test_code_is_found_in_its_function_however_it_is_laid_out(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "gates.py").write_text(CODE)
    opens = anchors.found(tmp_path, "Gate.opens")
    assert (opens.name, opens.file) == ("engine.gates.Gate.opens", "engine/gates.py")
    made = anchors.changed(CODE, opens, "all([self.held(row), self.met(row)])", "True")
    assert made == CODE.replace(
        CODE[CODE.index("all(\n") : CODE.index("\n\n    def shuts")], "True"
    )
    with pytest.raises(anchors.AnchorError, match="stands 0 times"):
        anchors.changed(CODE, opens, "all([self.held(row)])", "True")
    with pytest.raises(anchors.AnchorError, match="one function"):
        anchors.found(tmp_path, "Gate.closes")
