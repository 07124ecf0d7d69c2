"""What is declared wrongly fails when it is declared, and says what is wrong."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import strawberry

from authz.decision import Path as Way
from authz.decision import Shape
from authz.policy import Policy
from authz.rows.scopes import Binding, held
from db import models
from engine.declare.filters import filter_input
from engine.declare.orders import order_input
from engine.errors import Refusal
from engine.instants import milliseconds
from engine.kinds import Declarations, field
from engine.sql.comparisons import _text
from engine.sql.predicates import Reach
from engine.sql.statement import UndecidedError

MATRIX = """
system = "employer_account"
columns = ["owner"]
[paye_scheme.read]
source = "A14"
feature = "Read schemes"
owner = "organisation"
"""


@pytest.fixture
def declarations(tmp_path: Path) -> Declarations:
    (tmp_path / "employer_account.toml").write_text(MATRIX, "utf-8")
    return Declarations(Policy.load(tmp_path))


def scheme(declarations: Declarations, **fields: object) -> type:
    """A type of PAYE schemes with these fields, each a text."""
    names = {"__annotations__": dict.fromkeys(fields, str | None), "__module__": __name__}
    kind = type("Scheme", (), {**names, **fields})
    return declarations.entity(models.PayeScheme, read="paye_scheme.read")(kind)


def test_a_field_of_no_type_with_rows_names_its_action(declarations):
    class Payload:
        name: str | None = field()

    with pytest.raises(TypeError, match="name names no action, and its type has no read action"):
        declarations.payload(Payload)


def test_a_column_is_added_up_once(declarations):
    kind = scheme(declarations, name=field(aggregate=True))
    [declared] = [each for each in kind.__strawberry_definition__.fields if each.name == "name"]
    kind.__strawberry_definition__.fields.append(declared)
    with pytest.raises(TypeError, match="Scheme adds up name twice"):
        declarations.aggregates(kind)


def test_there_is_no_order_of_what_cannot_be_sorted(declarations):
    with pytest.raises(TypeError, match="Scheme has no field that says it can be sorted by"):
        order_input(scheme(declarations, name=field(filter=True)))


def test_rows_are_found_and_sorted_by_guarded_fields_alone(declarations):
    kind = scheme(
        declarations,
        name=field(filter=True, sort=True),
        spelling=strawberry.field(resolver=lambda: "as it comes"),
    )
    found, order = filter_input(kind), order_input(kind)
    names = {each.name.rstrip("_") for each in found.__strawberry_definition__.fields}
    assert names == {"and", "or", "not", "name"}
    [key] = [each for each in order.__strawberry_definition__.fields if each.name == "field"]
    assert [value.name for value in key.type.values] == ["NAME"]


def test_only_an_anchor_is_optional():
    with pytest.raises(ValueError, match="Only an anchor can be optional"):
        Binding(held, ids=lambda _: None, optional=True)


def test_two_paths_never_share_an_array():
    """Whatever two scopes are bound to: rows of the one are not found by the ids of the other."""

    class Bound:
        of_principal = False

        def __init__(self, values: object) -> None:
            self.values = values

        def parameter(self, _: Way) -> str:
            return "the_same"

    class Rows:
        def bound(self, path: Way) -> Bound:
            return Bound(path.scope)

    reach, shape = Reach(), Shape("employer_account.owner")
    assert reach.parameter(Rows(), Way(shape, "organisation", None)) == "the_same"
    with pytest.raises(UndecidedError, match="Two paths would bind one array, the_same"):
        reach.parameter(Rows(), Way(shape, "self", None))


def test_an_instant_without_an_offset_is_londons():
    bare = datetime(2026, 11, 2, 12, 0, 0, 1_999)  # noqa: DTZ001 - the point
    at = bare.replace(tzinfo=UTC)
    assert milliseconds(bare) == milliseconds(at) == 1_793_620_800_001
    assert milliseconds(at.astimezone(timezone(timedelta(hours=14)))) == milliseconds(at)


@pytest.mark.parametrize("text", ["a\ud800", "a\0b"])
def test_a_text_that_no_database_holds_is_compared_with_nothing(text):
    with pytest.raises(Refusal, match=r"filter\.name\.eq holds a character that no text can hold"):
        _text(text, "filter.name.eq")
