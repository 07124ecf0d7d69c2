"""Documents: parsed, measured and validated once a text, the same for every caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from cachetools import LRUCache
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    VariableNode,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from engine.budget import Cost, Structure, fragments_of, operations_of
from engine.errors import RequestRefused, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        DirectiveNode,
        DocumentNode,
        FragmentDefinitionNode,
        GraphQLSchema,
        OperationDefinitionNode,
    )
    from graphql.execution.values import VariableValues

    from engine.errors import Code
    from engine.limits import Limits


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document, with what its plan depends on."""

    digest: str
    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    directive_variables: tuple[str, ...]
    introspects: bool

    @property
    def name(self) -> str | None:
        """The operation's name in the document."""
        return self.node.name.value if self.node.name else None


class Documents:
    """The cache of valid documents, bounded, by the digest of their text."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Start empty."""
        self._schema = schema
        self._limits = limits
        self._known: LRUCache[str, DocumentNode | RequestRefused] = LRUCache(
            limits.documents_cached
        )
        self._operations: LRUCache[tuple[str, str | None], Operation] = LRUCache(
            limits.documents_cached
        )

    def operation(self, text: str, name: str | None) -> Operation:
        """Return the operation to run.

        Raises RequestRefused: GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX, GRAPHQL_VALIDATION_FAILED,
        or BAD_USER_INPUT when the document has no operation of that name.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        if (digest, name) not in self._operations:
            self._operations[digest, name] = self._operation(digest, text, name)
        return self._operations[digest, name]

    def _operation(self, digest: str, text: str, name: str | None) -> Operation:
        if digest not in self._known:
            self._known[digest] = self._read(text)
        document = self._known[digest]
        if isinstance(document, RequestRefused):
            raise document
        node = _chosen(document, name)
        fragments = fragments_of(document)
        uses = _Uses()
        visit(document, uses)
        return Operation(
            digest, document, node, fragments, tuple(sorted(uses.directives)), uses.introspects
        )

    def variables(self, operation: Operation, given: Mapping[str, object] | None) -> VariableValues:
        """Return the coerced variables of one request, its cost within the limit.

        Raises RequestRefused BAD_USER_INPUT or QUERY_TOO_COMPLEX.
        """
        values = get_variable_values(
            self._schema,
            operation.node.variable_definitions or (),
            dict(given or {}),
            max_errors=self._limits.errors_shown,
            hide_suggestions=True,
        )
        if isinstance(values, list):
            raise RequestRefused([_formatted(e, "BAD_USER_INPUT") for e in values])
        cost = Cost(self._schema, operation.document, self._limits, values.coerced)
        cost.check(operation.node)
        return values

    def _read(self, text: str) -> DocumentNode | RequestRefused:
        try:
            document = parse(text, max_tokens=self._limits.tokens)
            Structure(document).check(self._limits)
            errors = validate(
                self._schema,
                document,
                max_errors=self._limits.errors_shown,
                hide_suggestions=True,
            )
        except GraphQLSyntaxError as error:
            if "Parsing aborted" in error.message:
                return refused(
                    "QUERY_TOO_COMPLEX",
                    f"The document passes the limit of {self._limits.tokens} for its tokens,"
                    " or nests too deeply.",
                    reason="TOKENS",
                )
            return RequestRefused([_formatted(error, "GRAPHQL_PARSE_FAILED")])
        except RecursionError:
            return refused("QUERY_TOO_COMPLEX", "The document nests too deeply.", reason="DEPTH")
        except RequestRefused as refusal:
            return refusal
        if errors:
            return RequestRefused([_formatted(e, "GRAPHQL_VALIDATION_FAILED") for e in errors])
        return document


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = operations_of(document)
    if name is not None:
        operations = [o for o in operations if o.name and o.name.value == name]
    if len(operations) == 1:
        return operations[0]
    if name is not None:
        raise refused("BAD_USER_INPUT", f"The document has no operation named {name!r}.")
    if not operations:
        raise refused("BAD_USER_INPUT", "The document has no operation.")
    message = "The document has several operations: operationName must choose one."
    raise refused("BAD_USER_INPUT", message)


class _Uses(Visitor):
    """Finds what a plan depends on besides the text: variables in @skip and @include."""

    def __init__(self) -> None:
        super().__init__()
        self.directives: set[str] = set()
        self.introspects = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.name.value in {"__schema", "__type"}:
            self.introspects = True

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.directives.add(argument.value.name.value)


def _formatted(error: GraphQLError, code: Code) -> dict[str, object]:
    formatted = cast("dict[str, object]", dict(error.formatted))
    formatted["message"] = error.message.split(" Did you mean ")[0]
    formatted["extensions"] = {"code": code}
    return formatted
