"""Documents: parsed, measured and validated once a text, the same for every caller."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
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

from engine.documents.complexity import (
    INTROSPECTION,
    Structure,
    fragments_of,
    operations_of,
    too_complex,
)
from engine.documents.cost import COSTLY, Cost
from engine.documents.literals import name_of, with_fit_texts
from engine.documents.variables import holds_more, size
from engine.errors import RequestRefused, refused
from engine.instants import UnreadableError
from engine.texts import as_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        ArgumentNode,
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
    weight: int
    introspects: bool
    cost_varies: bool
    """Whether a variable is part of what its cost depends on."""

    @property
    def name(self) -> str | None:
        """The operation's name in the document."""
        return self.node.name.value if self.node.name else None


@dataclass(slots=True)
class _Known:
    """A document that was read, or why it was refused; its operations as they are asked for."""

    weight: int
    document: DocumentNode | None
    errors: list[dict[str, object]] = field(default_factory=list)
    status: int = 400
    operations: dict[str | None, Operation] = field(default_factory=dict)


_AFFORDABLE = 10_000
"""Of how many operations it is remembered that they do not cost too much."""
_LONGEST_MESSAGE = 500
_WEIGHT_OF_ANY = 2_000
"""What even the shortest document weighs in a cache, in characters."""


class Documents:
    """The cache of valid documents, bounded, by the digest of their text."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Start empty."""
        self._schema = schema
        self._limits = limits
        self._known: LRUCache[str, _Known] = LRUCache(
            limits.cached_characters, getsizeof=lambda known: known.weight
        )
        self._affordable: LRUCache[tuple[str, str | None, int], None] = LRUCache(_AFFORDABLE)

    def operation(self, text: str, name: str | None) -> Operation:
        """Return the operation to run.

        Raises RequestRefused: GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX, GRAPHQL_VALIDATION_FAILED,
        or BAD_USER_INPUT when the document has no operation of that name.
        """
        text = as_sent(text)  # what it spells is brought to NFC literal by literal
        digest = hashlib.sha256(text.encode()).hexdigest()
        known = self._known.get(digest)
        if known is None:
            known = self._read(text)
            if len(text) <= self._limits.cached_document:
                self._known[digest] = known
        if known.document is None:
            # a fresh exception each time: one that is kept would keep the frames it passed
            raise RequestRefused(known.errors, known.status)
        if name not in known.operations:
            node = _chosen(known.document, name)
            known.operations[name] = _operation(digest, known.document, node, len(text))
        return known.operations[name]

    def _read(self, text: str) -> _Known:
        weight = len(text) + _WEIGHT_OF_ANY
        try:
            return _Known(weight, self._document(text))
        except RequestRefused as refusal:
            return _Known(weight, None, refusal.errors, refusal.status)

    def variables(
        self, operation: Operation, given: Mapping[str, object] | None, paths: int = 1
    ) -> VariableValues:
        """Return the coerced variables of one request, its cost within the limit.

        `paths` is by how many paths rows may be in scope of the caller, at most.

        Raises RequestRefused BAD_USER_INPUT or QUERY_TOO_COMPLEX.
        """
        definitions, sent = operation.node.variable_definitions or (), dict(given or {})
        names = [each.variable.name.value for each in definitions]
        self._few({name: sent[name] for name in names if name in sent})  # before any is coerced
        values = get_variable_values(
            self._schema,
            definitions,
            sent,
            max_errors=self._limits.errors_shown,
            hide_suggestions=True,
        )
        if isinstance(values, list):
            raise RequestRefused([_formatted(e, "BAD_USER_INPUT") for e in values])
        self._few(values.coerced)
        for name in operation.directive_variables:
            if values.coerced.get(name, True) is None:
                message = f"${name} decides over @skip or @include, so it cannot be null."
                raise refused("BAD_USER_INPUT", message, input=name)
        asked = (operation.digest, operation.name, paths)
        if operation.cost_varies or asked not in self._affordable:
            cost = Cost(self._schema, operation.document, self._limits, values.coerced, paths)
            cost.check(operation.node)
            self._affordable[asked] = None
        return values

    def _few(self, values: Mapping[str, object]) -> None:
        """Refuse variables that hold more values than all of them may."""
        if holds_more(values, self._limits.values):
            largest = max(values, key=lambda name: size(values[name]))
            told = f" in all variables, most of them in ${largest}"
            raise too_complex("values", self._limits.values, size(values), told, variable=largest)

    def _document(self, text: str) -> DocumentNode:
        try:
            document = parse(text, max_tokens=self._limits.tokens)
            Structure(document).check(self._limits)
            if '"' in text:
                document = with_fit_texts(document)
            errors = validate(
                self._schema,
                document,
                max_errors=self._limits.errors_shown,
                hide_suggestions=True,
            )
        except GraphQLSyntaxError as error:
            if "nested too deeply" in error.message:
                raise _nested() from None
            if "Parsing aborted" in error.message:
                raise refused(
                    "QUERY_TOO_COMPLEX",
                    f"The document passes the limit of {self._limits.tokens:,} for its tokens.",
                    reason="TOKENS",
                    limit=self._limits.tokens,
                ) from None
            raise RequestRefused([_formatted(error, "GRAPHQL_PARSE_FAILED")]) from None
        except RecursionError:
            raise _nested() from None
        if errors:
            raise RequestRefused([_invalid(e, document) for e in errors])
        return document


def _nested() -> RequestRefused:
    return refused("QUERY_TOO_COMPLEX", "The document nests too deeply.", reason="DEPTH")


def _operation(
    digest: str, document: DocumentNode, node: OperationDefinitionNode, length: int
) -> Operation:
    uses = _Uses()
    visit(document, uses)
    return Operation(
        digest,
        document,
        node,
        fragments_of(document),
        tuple(sorted(uses.directives)),
        length + _WEIGHT_OF_ANY,
        uses.introspections > 0,
        uses.costs > 0,
    )


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = operations_of(document)
    if name is not None:
        operations = [o for o in operations if o.name and o.name.value == name]
    if len(operations) == 1:
        return operations[0]
    if name is not None:
        raise refused("BAD_USER_INPUT", f"The document has no operation named {name[:50]!r}.")
    # a document without any is not valid, since nothing uses its fragments
    message = "The document has several operations: operationName must choose one."
    raise refused("BAD_USER_INPUT", message)


class _Uses(Visitor):
    """Finds what a plan depends on besides the text: variables in @skip and @include."""

    def __init__(self) -> None:
        super().__init__()
        self.directives: set[str] = set()
        self.introspections = 0
        self.costs = 0
        self._costly = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.name.value in INTROSPECTION:
            self.introspections += 1

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        self._costly = node.name.value in COSTLY

    def leave_argument(self, *_: object) -> None:
        self._costly = False

    def enter_variable(self, *_: object) -> None:
        self.costs += self._costly

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.directives.add(argument.value.name.value)


def _formatted(error: GraphQLError, code: Code) -> dict[str, object]:
    formatted = cast("dict[str, object]", dict(error.formatted))
    formatted["message"] = _plain_words(error.message)
    formatted["extensions"] = {"code": code}
    return formatted


def _invalid(error: GraphQLError, document: DocumentNode) -> dict[str, object]:
    """Return the error of a document; a value that is no day or instant is as in a variable."""
    if not isinstance(error.original_error, UnreadableError) or not error.nodes:
        return _formatted(error, "GRAPHQL_VALIDATION_FAILED")
    name = name_of(document, error.nodes[0])
    formatted = _formatted(error, "BAD_USER_INPUT")
    return formatted | {"extensions": {"code": "BAD_USER_INPUT", "input": name}}


def _plain_words(message: str) -> str:
    """Return a library's message without suggestions, or words about the runtime."""
    if "set_int_max_str_digits" in message:
        return "A number has too many digits."
    return message.split(" Did you mean ", maxsplit=1)[0][:_LONGEST_MESSAGE]
