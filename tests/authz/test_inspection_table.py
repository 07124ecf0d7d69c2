"""The matrix 1.4.b of Aptem's inspections, copied out by hand, against the policy, cell by cell."""

import itertools

import pytest

from authz.conditions import CONDITIONS, Condition
from authz.decision import Never, Path, Shape, Where
from authz.policy import Policy
from authz.roles import ROLES, SIGNED_IN

POLICY = Policy.load()

TABLE = """
                                                    | Superuser | Tutor   | Employer user | Inspector
list, search                                        | org       | own     | emp           | grp
read identity                                       | org       | own     | emp           | -
read commitment                                     | org       | own     | emp           | grp standard
read training                                       | org       | own     | emp           | grp
edit training                                       | -         | own     | -             | -
read ilr                                            | org       | own ilr | -             | grp ilr
edit ilr                                            | -         | own ilr | -             | grp ilr
verify ilr                                          | org       | -       | -             | -
group and account management, addLearners, allLearners, previewAccess | org | - | -       | -
read inspection group                               | org       | -       | -             | grp
select my learners                                  | own       | own     | own           | own
"""
"""org: records of the provider; emp: of the employer; own: case owner; grp: open group; ilr: with
MANAGE_ILR (an inspector with CLASSIC too, once the ILR is QA verified); standard: of the commitment
standard and dates alone. An inspector's identity is name and ULN, which go with the list. The last
row is D4-15."""

COLUMNS = ("superuser", "tutor", "employer_user", "inspector")
ACTIONS = {
    "list, search": ("read", "search"),
    "read identity": ("read_identity", "search_details"),
    "read commitment": ("read_commitment",),
    "read training": ("read_training",),
    "edit training": ("edit_training",),
    "read ilr": ("read_ilr",),
    "edit ilr": ("edit_ilr",),
    "verify ilr": ("verify_ilr",),
    "group and account management, addLearners, allLearners, previewAccess": (
        "inspection_group.create", "inspection_group.read_members",
        "inspection_group.add_learners", "inspection_group.remove_learners",
        "inspection_group.open", "inspection_group.open_to_all", "inspection_group.close",
        "inspection_group.preview", "inspector_account.create", "inspector_account.edit",
        "inspector_account.read", "inspector_account.activate",
        "inspector_account.rotate_credentials", "inspector_account.cancel",
        "inspector_account.reactivate", "inspector_account.archive",
    ),
    "read inspection group": ("inspection_group.read", "inspection_group.read_window"),
    "select my learners": ("read_own",),
}  # fmt: skip
BESIDES = {"tutor": {"caseload.read"}, SIGNED_IN: {"inspector_account.register"}}
"""What the matrix has no row for: a caseload is its owner's (D1-01); who registers holds nothing."""
SCOPES = {"org": "organisation", "emp": "organisation", "own": "caseload", "grp": "group"}
STANDARD = (
    "standardCode", "standardTitle", "standardVersion", "standardOption", "startDate", "endDate",
)  # fmt: skip
COMMITMENT = (
    *STANDARD, "reference", "deliveryModel", "status", "pauseDate", "stopDate", "completionDate",
    "employer", "provider", "epao",
)  # fmt: skip
PERMISSIONS = ("MANAGE_ILR", "TRAINEE_ASSESSOR", "VIEW_ALL_IN_ASSIGNED_GROUP")
CHANNELS = (("CONSOLE",), ("CLASSIC",), ("CLASSIC", "CONSOLE"))


def _full(action: str) -> str:
    return action if "." in action else f"apprentice_record.{action}"


def _cells() -> dict[tuple[str, str], str]:
    """Return the cell of each action and column."""
    _, *lines = [line for line in TABLE.splitlines() if line]
    found = {}
    for line in lines:
        row, *cells = [part.strip() for part in line.split("|")]
        for column, cell in zip(COLUMNS, cells, strict=True):
            found |= {(_full(action), column): cell for action in ACTIONS[row]}
    return found


CELLS = _cells()
EVERY = tuple(dict.fromkeys(action for action, _ in CELLS))
SUBSETS = [
    subset for size in range(4) for subset in itertools.combinations(PERMISSIONS, size)
]  # fmt: skip


def shapes(column: str) -> list[Shape]:
    """Every attribute that a grant of a column can come with."""
    role = f"inspection_access.{column}"
    if column == "inspector":
        several = itertools.product(SUBSETS, CHANNELS, ((), ("ALL_LEARNERS",)))
        return [Shape(role, tuple(sorted((*a, *b, *c)))) for a, b, c in several]
    return [Shape(role), Shape(role, ("MANAGE_ILR",))]


def expected(column: str, cell: str, shape: Shape) -> Path | None:
    """Return what a cell gives a grant, None for a refusal."""
    if cell == "-":
        return None
    scope, _, limit = cell.partition(" ")
    if limit == "ilr":
        needs = {"MANAGE_ILR"} | ({"CLASSIC"} if column == "inspector" else set())
        if not needs <= set(shape.attributes):
            return None
        verified = "verified_ilr_in_classic" if column == "inspector" else None
        return Path(shape, SCOPES[scope], verified)
    return Path(shape, SCOPES[scope])


def test_the_table_was_read_whole() -> None:
    assert len(CELLS) == 4 * (10 + 16 + 2 + 1)
    assert len(shapes("inspector")) == 8 * 3 * 2


@pytest.mark.parametrize("action", EVERY)
@pytest.mark.parametrize("column", COLUMNS)
def test_every_cell_is_decided_as_written(column: str, action: str) -> None:
    for shape in shapes(column):
        decision = POLICY.decide(action, (shape,))
        path = expected(column, CELLS[action, column], shape)
        if path is None:
            assert isinstance(decision, Never), shape
        else:
            assert decision == Where((path,)), shape


@pytest.mark.parametrize("column", [*COLUMNS, SIGNED_IN])
def test_every_cell_is_published_and_no_other_is_allowed(column: str) -> None:
    role = column if column == SIGNED_IN else f"inspection_access.{column}"
    lines = [e for e in POLICY.lines() if e.system == "inspection_access" and e.role == role]
    named = {action for action, _ in CELLS} | {each for s in BESIDES.values() for each in s}
    assert sorted(line.action for line in lines) == sorted(named)  # each of them once
    held = {a: c for (a, of), c in CELLS.items() if of == column and c != "-"}
    allowed = {line.action: line for line in lines if line.effect == "allow"}
    assert allowed.keys() == held.keys() | BESIDES.get(column, set())
    for action, cell in held.items():
        line, (scope, _, limit) = allowed[action], cell.partition(" ")
        when = {"tutor": "manage_ilr", "inspector": "verified_ilr_in_classic"}[column] if limit == "ilr" else None  # fmt: skip
        assert (line.scope, line.when) == (SCOPES[scope], when)
        assert line.fields == (STANDARD if limit == "standard" else ())


@pytest.mark.parametrize("field", COMMITMENT)
def test_of_the_commitment_an_inspector_reads_standard_and_dates(field: str) -> None:
    """«grp (standard, dates)», and every field of it the other three."""
    for column in COLUMNS:
        for shape in shapes(column):
            decision = POLICY.decide("apprentice_record.read_commitment", (shape,), field)
            refused = column == "inspector" and field not in STANDARD
            assert isinstance(decision, Never) is refused


@pytest.mark.parametrize("role", [role for role in ROLES if not role.startswith("inspection_")])
def test_nobody_of_another_system_reads_an_ilr_or_runs_an_inspection(role: str) -> None:
    shape = Shape(role, ("ALL_LEARNERS", "CLASSIC", "CONSOLE", *PERMISSIONS))
    for action in EVERY:
        if "ilr" in action or action.startswith(("inspect", "apprentice_record.read_own")):
            assert isinstance(POLICY.decide(action, (shape,)), Never)


def test_nobody_in_particular_does_nothing_but_register() -> None:
    """D4-03: «so they can register with Aptem», by their own sign-in."""
    shape = Shape(SIGNED_IN)
    for action in EVERY:
        assert isinstance(POLICY.decide(action, (shape,)), Never)
    assert POLICY.decide("inspector_account.register", (shape,)) == Where((Path(shape, "self"),))


def test_what_one_grant_lacks_another_does_not_lend() -> None:
    """MANAGE_ILR on one grant and CLASSIC on another open nothing (I13)."""
    role = "inspection_access.inspector"
    manages, classic = Shape(role, ("CONSOLE", "MANAGE_ILR")), Shape(role, ("CLASSIC",))
    tutor = Shape("inspection_access.tutor", ("MANAGE_ILR",))
    ilr = "apprentice_record.read_ilr"
    assert isinstance(POLICY.decide(ilr, (classic, manages)), Never)
    both = POLICY.decide(ilr, tuple(sorted((classic, manages, tutor))))
    assert both == Where((Path(tutor, "caseload"),))
    inspector = Shape(role, ("CLASSIC", "MANAGE_ILR"))
    plain = Shape("inspection_access.tutor")
    assert POLICY.decide(ilr, tuple(sorted((plain, inspector)))) == Where(
        (Path(inspector, "group", "verified_ilr_in_classic"),)
    )


def test_a_mixed_condition_is_an_and_of_what_is_known_before_and_of_the_row() -> None:
    tall = Condition("tall", "grant", "For the tall", "A02", lambda f: "TALL" in f[0].attributes)
    mixed = Condition("windy", "row", "In the wind, for the tall", "A02", given=tall, reason="CALM")
    short, long = Shape("any"), Shape("any", ("TALL",))
    assert mixed.stays
    assert mixed.admits(long, (long, short))
    assert not mixed.admits(short, (long, short))
    with pytest.raises(ValueError, match="The condition wet is given what only a row can tell"):
        Condition("wet", "row", "In the rain", "A02", given=mixed, reason="DRY")


@pytest.mark.parametrize("attributes", [(), ("MANAGE_ILR",), ("CLASSIC",), ("CLASSIC", "CONSOLE")])
def test_the_ilr_in_classic_needs_both(attributes: tuple[str, ...]) -> None:
    """D4-26: «provide the “Manage ILR” permission and access to classic»."""
    verified = CONDITIONS["verified_ilr_in_classic"]
    assert verified.stays
    both = Shape("inspection_access.inspector", ("CLASSIC", "MANAGE_ILR"))
    lacking = Shape("inspection_access.inspector", attributes)
    assert verified.admits(both, (both, lacking))
    assert not verified.admits(lacking, (both, lacking))
