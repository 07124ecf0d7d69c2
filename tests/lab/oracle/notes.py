"""What an answer says beside its data, from the document and the roles alone: never from rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    get_named_type,
    is_object_type,
    parse,
)
from graphql.execution.values import get_argument_values, get_variable_values

from lab.oracle.asked import KINDS, Asked
from lab.oracle.finding import AnyOf, Totals
from lab.oracle.table import FIELDS
from oracle.filters import is_column, is_many, without_absent
from oracle.finding import key_path, refused_argument

Note = tuple[str, str]


class Notes:
    """Walks one document for one caller.

    `narrowed` has coordinate and argument, `refused` coordinate and type. What may be said and need
    not be is at the coordinates of `unsure`: where an argument is refused, and below it.
    """

    def __init__(
        self, asked: Asked, schema: GraphQLSchema, text: str, given: Mapping[str, Any]
    ) -> None:
        self.asked = asked
        self.schema = schema
        self.narrowed: set[Note] = set()
        self.refused: set[Note] = set()
        self.unsure: set[str] = set()
        document = parse(text)
        self._fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        [operation] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self._variables = get_variable_values(
            schema, operation.variable_definitions or (), dict(given)
        )
        self._idle = False
        self._walk(schema.query_type, operation.selection_set)

    def _walk(self, kind: Any, selected: Any) -> None:
        """Walk what is selected of an object type, or of each type that an abstract one stands for."""
        if selected is None:
            return
        if not is_object_type(kind):
            for each in self.schema.get_possible_types(kind):
                if each.name not in KINDS or not self.asked.unreadable(each.name):
                    self._walk(each, selected)
            return
        for node in self._fields(kind, selected):
            self._field(kind, node)

    def _fields(self, kind: GraphQLObjectType, selected: Any) -> Iterator[FieldNode]:
        for node in selected.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            inner: Any = node
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragments[node.name.value]
            assert isinstance(inner, (InlineFragmentNode, FragmentDefinitionNode))
            on = inner.type_condition.name.value if inner.type_condition else kind.name
            if on == kind.name or self.schema.is_sub_type(self.schema.type_map[on], kind):
                yield from self._fields(kind, inner.selection_set)

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            definition = self.schema.get_directive(directive.name.value)
            value = get_argument_values(definition, directive, self._variables)["if"]
            if value == (directive.name.value == "skip"):
                return False
        return True

    def _field(self, kind: GraphQLObjectType, node: FieldNode) -> None:
        name = node.name.value
        if name == "__typename":
            return
        at, definition = f"{kind.name}.{name}", kind.fields[name]
        find = FIELDS.get(at)
        source = find.source if isinstance(find, Totals) else find
        action = getattr(source, "action", None)
        if action and self.asked.refused(action, at, getattr(source, "kind", None)):
            return
        before = self._idle
        if isinstance(find, AnyOf):
            for each in find.kinds.values():
                if self.asked.unreadable(each):
                    self._note(self.refused, at, each)
        elif node.arguments and {"filter", "orderBy"} & definition.args.keys():
            self._arguments(at, source, get_argument_values(definition, node, self._variables))
        below = get_named_type(definition.type)
        if below.name not in KINDS or not self.asked.unreadable(below.name):
            self._walk(below, node.selection_set)
        self._idle = before

    def _arguments(self, at: str, source: Any, args: Mapping[str, Any]) -> None:
        if refused_argument(self.asked, source.kind, args) is not None:
            self._idle = True
            self.unsure.add(at)
        scope = self._scope(source.action, at.partition(".")[2], source.kind)
        for each in self._narrow(source.kind, args, scope):
            self._note(self.narrowed, at, each)

    def _note(self, notes: set[Note], at: str, what: str) -> None:
        if self._idle:
            self.unsure.add(at)
        else:
            notes.add((at, what))

    def _scope(self, action: str, name: str, kind: str) -> list[Any]:
        """Return the decisions that rows in scope satisfy; None for one that every row does."""
        return [self._decision(action, name), self._decision(KINDS[kind].read, "")]

    def _decision(self, action: str, name: str) -> frozenset[Any] | None:
        ways = self.asked.judge.ways(action, name)
        if any(way.scope == "everything" and way.when is None for way in ways):
            return None
        return frozenset(way.shape for way in ways)

    def _narrow(self, kind: str, args: Mapping[str, Any], scope: list[Any]) -> Iterator[str]:
        if args.get("filter") is not None:
            yield from self._filter(kind, without_absent(args["filter"]), scope, "filter")
        if args.get("orderBy") is not None:
            *relations, leaf = key_path(self.asked, kind, args["orderBy"]["field"])
            for name in relations:
                field = self.asked.field(kind, name)
                kind, scope = field.kind, self._scope(field.action, name, field.kind)
            if self._needs_more(kind, leaf, scope):
                yield "orderBy.field"

    def _filter(
        self, kind: str, given: Mapping[str, Any], scope: list[Any], path: str
    ) -> Iterator[str]:
        for name, value in given.items():
            here = f"{path}.{name}"
            if name in ("and", "or", "not"):
                for each in value if isinstance(value, list) else [value or {}]:
                    yield from self._filter(kind, each, scope, here)
                continue
            field = self.asked.field(kind, name)
            if is_column(field):
                if self._needs_more(kind, name, scope):
                    yield here
                continue
            below = (value or {}) if is_many(field) else {"": value}
            for quantifier, each in below.items():
                inner = self._scope(field.action, name, field.kind)
                to = f"{here}.{quantifier}".rstrip(".")
                yield from self._filter(field.kind, each or {}, inner, to)

    def _needs_more(self, kind: str, name: str, scope: Iterable[Any]) -> bool:
        """Say whether a row may be in scope by ways that do not open this field to a search."""
        field = self.asked.field(kind, name)
        actions = (field.action, *([field.search] if field.search else []))
        decisions = [self._decision(action, name) for action in actions]
        return any(
            decision is not None and not any(s is not None and s <= decision for s in scope)
            for decision in decisions
        )
