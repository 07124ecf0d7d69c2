"""The decision records: numbered without a gap, titled, and one row for each dependency."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
RECORDS = sorted((ROOT / "docs" / "decisions").iterdir())
PARTS = ["Context", "Decision", "Consequences", "Accepted risks"]


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    lines = [*project["project"]["dependencies"], *(line for group in groups for line in group)]
    return sorted(Requirement(line).name for line in lines)


def test_the_numbers_have_no_gap():
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_is_one_page_of_four_parts_under_its_title(record):
    text = record.read_text("utf-8")
    number, title = re.match(r"# (\d+)\. (.+)\n", text).groups()
    words = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    assert record.name == f"{int(number):04}-{words}.md"
    status = re.search(r"^Status: (?:accepted|replaced by record (\d+))\.$", text, re.MULTILINE)
    assert status is not None
    assert status[1] is None or int(number) < int(status[1]) <= len(RECORDS)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS


def test_every_dependency_has_its_row_and_its_reason():
    [table] = [record for record in RECORDS if "dependency" in record.name]
    rows = re.findall(r"^\| ([a-z-]+) \| (.+) \| (.+) \|$", table.read_text("utf-8"), re.MULTILINE)
    named = sorted(name for name, *_ in rows if name not in {"package", "---"})
    assert named == declared()
