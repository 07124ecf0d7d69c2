"""A small policy, the declarations under it, and what the audit finds in a schema of them."""

import pytest
import strawberry

from authz.policy import Policy
from authz.rows import bindings, scopes
from engine.declare.fields import Node
from engine.kinds import Declarations, field
from server.schema_check import AuditError, audit
from server.schema_check.survey import Survey
from things import MATRIX, Parts, Things


@pytest.fixture(autouse=True)
def _bindings(monkeypatch):
    for model in (Things, Parts):
        binding = scopes.Binding(scopes.held, "organisation_id")
        monkeypatch.setitem(bindings._BINDINGS, (model, "organisation"), binding)  # noqa: SLF001


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "employer_account.toml").write_text(MATRIX)
    return Policy.load(tmp_path)


@pytest.fixture
def entity(policy):
    return Declarations(policy).entity


@pytest.fixture
def root(policy):
    return Declarations(policy).root


@pytest.fixture
def payload(policy):
    return Declarations(policy).payload


@pytest.fixture
def kind(entity):
    """An entity without a fault."""

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        name: str | None = field()

    return Thing


@pytest.fixture
def faults(policy, root):
    """What the audit finds in a schema; what the schema does not use is pending."""

    def found(query, *types, **options):
        schema = strawberry.Schema(root(query), types=types, **options)
        used = {use.action for use in Survey(schema, policy).uses}
        try:
            audit(schema, policy, {"later": tuple(sorted(policy.actions - used))})
        except AuditError as error:
            return set(error.faults)
        return set()

    return found
