"""The matrices of apprentice records, copied out by hand, against the policy, cell by cell."""

import csv
import io

import pytest

from authz.decision import Never, Path, Shape, Where
from authz.policy import Policy
from authz.publishing.export import render
from record_rights import ACTIONS, EVERY_ACTION, RIGHTS, cell, full

POLICY = Policy.load()
SCOPES = {"org": "organisation", "cl": "caseload"}
RECORDS = ("apprentice_record.", "assignable_user.", "caseload.", "apprenticeship.read")


def test_the_tables_were_read_whole() -> None:
    assert len(RIGHTS) == 8 + 2 + 4
    cells = [each for held in RIGHTS.values() for each in held.values()]
    assert set(cells) == {"org", "cl", "-"}
    assigning = [role for role in RIGHTS if role.startswith("record_assignment.")]
    rows = [actions for actions in ACTIONS.values() if actions]
    assert all(len(RIGHTS[role]) == len(RIGHTS[assigning[0]]) for role in assigning)
    assert {full(action) for row in rows for action in row} == set(EVERY_ACTION)


@pytest.mark.parametrize("action", EVERY_ACTION)
@pytest.mark.parametrize("role", RIGHTS)
def test_every_cell_is_decided_as_written(role: str, action: str) -> None:
    shape = Shape(role)
    decision = POLICY.decide(action, (shape,))
    said = cell(role, action)
    if said == "-":
        assert isinstance(decision, Never)
    else:
        assert isinstance(decision, Where)
        assert list(decision.paths) == [Path(shape, SCOPES[said])]


@pytest.mark.parametrize("role", RIGHTS)
def test_every_cell_is_exported_and_no_other_is_allowed(role: str) -> None:
    """An allowed cell that stands in no table is one too many; D2-66: default is deny."""
    lines = list(csv.DictReader(io.StringIO(render(POLICY, "csv"))))
    own = [line for line in lines if line["role"] == role and line["action"].startswith(RECORDS)]
    own = [line for line in own if line["when"] != "manage_ilr"]
    allowed = {line["action"]: line["scope"] for line in own if line["effect"] == "allow"}
    held = RIGHTS[role].items()
    assert allowed == {action: SCOPES[said] for action, said in held if said != "-"}
    assert all(line["when"] == line["fields"] == "" for line in own)
    refused = {line["action"] for line in own if line["effect"] == "deny"}
    if role.startswith("record_assignment."):
        assert refused == {action for action, said in held if said == "-"}


@pytest.mark.parametrize("word", ["ilr", "download", "export", "report"])
@pytest.mark.parametrize("role", [role for role in RIGHTS if role.startswith("record_assign")])
def test_nobody_of_ace360_reads_an_ilr_or_takes_records_away(role: str, word: str) -> None:
    """1.1.b: «funding, ilr, download» is refused in every column."""
    for action in POLICY.actions:
        if word in action.replace(".", "_").split("_"):
            assert isinstance(POLICY.decide(action, (Shape(role),)), Never)


def test_a_role_gives_nothing_of_another_column() -> None:
    """No cell leaks from one column into the next: each role alone, and both together."""
    assessor = Shape("record_assignment.assessor")
    admin = Shape("record_assignment.epao_admin")
    assert isinstance(POLICY.decide("apprentice_record.assign", (assessor,)), Never)
    both = POLICY.decide("apprentice_record.edit_epa", tuple(sorted((assessor, admin))))
    assert isinstance(both, Where)
    assert set(both.paths) == {Path(assessor, "caseload"), Path(admin, "organisation")}
