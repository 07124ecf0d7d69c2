"""The declaration functions of the schema, bound to the published policy."""

from __future__ import annotations

from authz.permissions import published_policy
from engine.kinds import Declarations

_declarations = Declarations(published_policy())
entity = _declarations.entity
root = _declarations.root
mutation = _declarations.mutation

__all__ = ["entity", "mutation", "root"]
