"""What the policy decides for a fingerprint: cases of the account, and laws for every action."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.conditions import CONDITIONS, Condition
from authz.decision import Always, Decision, Fingerprint, Never, Path, Shape, Where, canonical
from authz.matrix import Cell, Matrix, Rule
from authz.policy import Policy, PolicyError
from authz.roles import ROLES, SIGNED_IN

POLICY = Policy.load()
ILR = {"manage_ilr", "manage_ilr_in_classic", "verified_ilr_in_classic"}
ANYBODY = Shape(SIGNED_IN)
OWNER, TRANSACTOR, VIEWER, AAN = (
    Shape(f"employer_account.{role}") for role in ("owner", "transactor", "viewer", "aan")
)
ASSESSOR = Shape("record_assignment.assessor")

LESS_WITH_MORE = {"employer_account.create"}  # AAN alone loses what nobody at all has (A02)

actions = st.sampled_from(sorted(POLICY.actions))
monotone = st.sampled_from(sorted(POLICY.actions - LESS_WITH_MORE))
shapes = st.builds(
    Shape,
    st.sampled_from([SIGNED_IN, *ROLES, "employer_account.emperor", "owner", ""]),
    st.sampled_from([(), ("MANAGE_ILR",), ("CLASSIC", "MANAGE_ILR")]),
)
fingerprints = st.frozensets(shapes, max_size=6).map(canonical)


def opened(decision: Decision) -> frozenset[Path] | None:
    """The paths a decision opens; None for every row there is."""
    match decision:
        case Never():
            return frozenset()
        case Where(paths):
            return frozenset(paths)
        case Always():
            return None


@pytest.mark.parametrize(
    ("action", "fingerprint", "decision"),
    [
        ("paye_scheme.add", (OWNER,), Where((Path(OWNER, "organisation"),))),
        ("paye_scheme.add", (VIEWER,), Never("paye_scheme.add needs a role that you do not hold.")),
        ("agreement.read", (VIEWER,), Where((Path(VIEWER, "organisation"),))),
        (
            "agreement.read",
            (AAN, OWNER, VIEWER),
            Where((Path(OWNER, "organisation"), Path(VIEWER, "organisation"))),
        ),
        ("aan.read", (AAN,), Where((Path(AAN, "organisation"),))),
        ("reservation.read", (VIEWER,), Where((Path(VIEWER, "organisation", "non_levy"),))),
        (
            "organisation.read",
            (AAN, ANYBODY),
            Where((Path(AAN, "organisation"), Path(ANYBODY, "self"))),
        ),
        ("user.read", (AAN, ANYBODY), Where((Path(ANYBODY, "self"),))),
        ("policy.read", (ANYBODY,), Always()),
        ("policy.read", (), Never("policy.read needs a role that you do not hold.")),
        ("employer_account.create", (ANYBODY,), Where((Path(ANYBODY, "self"),))),
        (
            "employer_account.create",
            (ASSESSOR, ANYBODY),
            Where((Path(ANYBODY, "self"),)),
        ),
        (
            "employer_account.create",
            (AAN, ANYBODY),
            Never(
                "employer_account.create is refused to you by a condition: Not for a person whose "
                "employer account roles are all AAN."
            ),
        ),
        (
            "employer_account.create",
            (AAN, ANYBODY, TRANSACTOR),
            Where((Path(TRANSACTOR, "self"), Path(ANYBODY, "self"))),
        ),
    ],
)
def test_the_account_decides_as_its_page_says(
    action: str, fingerprint: Fingerprint, decision: Decision
) -> None:
    assert POLICY.decide(action, canonical(fingerprint)) == decision


@given(monotone, fingerprints, shapes)
def test_one_more_grant_never_takes_a_right_away(
    action: str, fingerprint: Fingerprint, shape: Shape
) -> None:
    before = opened(POLICY.decide(action, fingerprint))
    after = opened(POLICY.decide(action, canonical((*fingerprint, shape))))
    assert after is None or (before is not None and before <= after)


def test_only_a_condition_on_the_principal_can_take_a_right_away() -> None:
    principal = {name for name, condition in CONDITIONS.items() if condition.reads == "principal"}
    asked = {
        action
        for action in POLICY.actions
        if any(rule.when in principal for rule in POLICY.rules(action))
    }
    assert asked == LESS_WITH_MORE


@given(monotone, fingerprints)
def test_every_grant_opens_what_it_opens_alone_and_nothing_besides(
    action: str, fingerprint: Fingerprint
) -> None:
    alone = [opened(POLICY.decide(action, (shape,))) for shape in fingerprint]
    together = opened(POLICY.decide(action, fingerprint))
    if together is None:
        assert None in alone
    else:
        assert together == frozenset(path for paths in alone for path in paths or ())


@given(actions, fingerprints)
def test_a_role_without_a_cell_opens_nothing(action: str, fingerprint: Fingerprint) -> None:
    roles = POLICY.requires(action)
    strangers = tuple(shape for shape in fingerprint if shape.role not in roles)
    assert POLICY.decide(action, strangers) == Never(f"{action} needs a role that you do not hold.")


@given(actions, fingerprints)
def test_a_path_is_a_held_shape_and_a_published_cell(action: str, fingerprint: Fingerprint) -> None:
    published = {(line.role, line.scope) for line in POLICY.lines() if line.action == action}
    for path in opened(POLICY.decide(action, fingerprint)) or ():
        assert path.shape in fingerprint
        assert (path.shape.role, path.scope) in published


@pytest.mark.parametrize("role", [SIGNED_IN, *ROLES])
def test_each_role_alone_gets_exactly_its_published_cells(role: str) -> None:
    """Without any attribute, and with all that there are: a cell may need them (D4-26)."""
    every = ("CLASSIC", "CONSOLE", "MANAGE_ILR", "TRAINEE_ASSESSOR", "VIEW_ALL_IN_ASSIGNED_GROUP")
    lines = [line for line in POLICY.lines() if line.role == role]
    needs = {line.action for line in lines if line.when in ILR}
    assert bool(needs) is (role in {"inspection_access.tutor", "inspection_access.inspector"})
    for action, attributes in itertools.product(POLICY.actions, ((), every)):
        cells = {line.scope for line in lines if line.action == action}
        expected = {scope for scope in cells if scope and (attributes or action not in needs)}
        decision = POLICY.decide(action, (Shape(role, attributes),))
        match decision:
            case Never():
                assert not expected
            case Always():
                assert "everything" in expected
            case Where(paths):
                assert {path.scope for path in paths} == expected


def test_an_unknown_action_is_an_error_and_no_refusal() -> None:
    for ask in (POLICY.rules, POLICY.requires, POLICY.sources):
        with pytest.raises(PolicyError) as error:
            ask("moon.read")
        assert error.value.action == "moon.read"
        assert str(error.value) == "The action 'moon.read' stands in no matrix."
    with pytest.raises(PolicyError):
        POLICY.decide("moon.read", (OWNER,))


def test_what_an_action_requires_is_named_in_the_order_of_the_columns() -> None:
    assert POLICY.requires("user.read") == (
        "employer_account.owner",
        "employer_account.transactor",
        "employer_account.viewer",
        "signed_in",
    )
    assert POLICY.sources("user.read") == ("A14", "D3-20")
    assert POLICY.requires("paye_scheme.remove") == ("employer_account.owner",)
    assert POLICY.sources("paye_scheme.remove") == ("D0-M06",)


@given(st.lists(shapes))
def test_a_fingerprint_depends_on_the_set_of_shapes_alone(held: list[Shape]) -> None:
    fingerprint = canonical(held)
    assert fingerprint == canonical(reversed([*held, *held])) == canonical(fingerprint)
    assert set(fingerprint) == set(held)


def test_the_attributes_of_a_shape_are_a_set() -> None:
    assert canonical([Shape("a", ("y", "x", "y"))]) == (Shape("a", ("x", "y")),)


@pytest.mark.parametrize(
    "paths",
    [
        (),
        (Path(OWNER, "self"), Path(OWNER, "self")),
        (Path(OWNER, "self"), Path(OWNER, "organisation")),
        (Path(OWNER, "self", "non_levy"), Path(OWNER, "self")),
    ],
)
def test_where_holds_sorted_unique_paths_and_some(paths: tuple[Path, ...]) -> None:
    with pytest.raises(ValueError, match="sorted, unique paths and at least one"):
        Where(paths)


def test_a_condition_on_a_grant_is_asked_of_that_grant_alone(monkeypatch) -> None:
    plain, able = Shape("inspection_access.tutor"), Shape("inspection_access.tutor", ("ILR",))
    condition = Condition("ilr", "grant", "With ILR", "D4-26", lambda held: held == (able,))
    monkeypatch.setitem(CONDITIONS, "ilr", condition)
    policy = one_rule(Cell(plain.role, "caseload"), when="ilr")
    assert policy.decide("ilr.read", (plain, able)) == Where((Path(able, "caseload"),))
    refusal = Never("ilr.read is refused to you by a condition: With ILR.")
    assert policy.decide("ilr.read", (plain,)) == refusal


def test_everything_is_always_only_without_condition_and_field_list() -> None:
    cell = Cell(SIGNED_IN, "everything")
    assert one_rule(cell).decide("ilr.read", (ANYBODY,)) == Always()
    limited = one_rule(cell, fields=("name",)).decide("ilr.read", (ANYBODY,))
    assert limited == Where((Path(ANYBODY, "everything"),))
    conditional = one_rule(cell, when="non_levy").decide("ilr.read", (ANYBODY,))
    assert conditional == Where((Path(ANYBODY, "everything", "non_levy"),))


@pytest.mark.parametrize(
    ("field", "when", "decision"),
    [
        (None, None, Where((Path(ANYBODY, "everything"),))),
        ("name", None, Always()),
        ("name", "non_levy", Where((Path(ANYBODY, "everything", "non_levy"),))),
        ("title", None, Never("ilr.read needs a role that you do not hold.")),
        ("Name", None, Never("ilr.read needs a role that you do not hold.")),
    ],
)
def test_a_rule_that_lists_fields_counts_for_those_and_for_the_rows(field, when, decision) -> None:
    policy = one_rule(Cell(SIGNED_IN, "everything"), when=when, fields=("name",))
    assert policy.decide("ilr.read", (ANYBODY,), field) == decision
    assert policy.requires("ilr.read", field) == (
        () if isinstance(decision, Never) else (SIGNED_IN,)
    )
    assert policy.lists_fields("ilr.read")
    assert not one_rule(Cell(SIGNED_IN, "everything")).lists_fields("ilr.read")


def one_rule(cell: Cell, when: str | None = None, fields: tuple[str, ...] = ()) -> Policy:
    rule = Rule("ilr.read", "inspection_access", "D4-26", "ILR", (cell,), when=when, fields=fields)
    return Policy((Matrix("inspection_access", (cell.role,), (rule,)),))
