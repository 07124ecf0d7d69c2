"""Literals of a document: where each stands, and texts as every text of a request is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphql import (
    ArgumentNode,
    GraphQLError,
    ListValueNode,
    ObjectFieldNode,
    VariableDefinitionNode,
    Visitor,
    visit,
)
from graphql.language import BREAK

from engine.errors import RequestRefused
from engine.texts import UnfitText, fit

if TYPE_CHECKING:
    from graphql import DocumentNode, Node, StringValueNode


def with_fit_texts(document: DocumentNode) -> DocumentNode:
    """Return a document whose texts are in NFC, or raise RequestRefused BAD_USER_INPUT.

    An escape may spell what the document's own text must not hold.
    """
    fitted: DocumentNode = visit(document, _Fitting())
    return fitted


class _Fitting(Visitor):
    def enter_string_value(
        self,
        node: StringValueNode,
        key: str | int | None,
        parent: Node | Sequence[Node] | None,
        _path: object,
        ancestors: Sequence[Node | Sequence[Node]],
    ) -> StringValueNode | None:
        try:
            value = fit(node.value)
        except UnfitText as unfit:
            name = _name((*ancestors, parent or ()), key)
            told = GraphQLError(f"{name or 'A text of the document'} {unfit}", node).formatted
            extensions = {"code": "BAD_USER_INPUT", "reason": unfit.reason}
            if name:
                extensions["input"] = name
            raise RequestRefused([{**told, "extensions": extensions}]) from None
        return None if value is node.value else dataclasses.replace(node, value=value)


def name_of(document: DocumentNode, node: Node) -> str | None:
    """Return the dotted name of the argument or input field, or of the variable, of a literal."""
    finding = _Finding(node)
    visit(document, finding)
    return finding.name


class _Finding(Visitor):
    def __init__(self, node: Node) -> None:
        super().__init__()
        self._node = node
        self.name: str | None = None

    def enter(
        self,
        node: Node,
        key: str | int | None,
        parent: Node | Sequence[Node] | None,
        _path: object,
        ancestors: Sequence[Node | Sequence[Node]],
    ) -> object:
        if node is not self._node:
            return None
        self.name = _name((*ancestors, parent or ()), key)
        return BREAK


def _name(ancestors: Sequence[Node | Sequence[Node]], key: str | int | None) -> str | None:
    """Return what a literal is given to, of the nodes that hold it and its key in the last."""
    names: list[str] = []
    for at, holder in enumerate(ancestors):
        if isinstance(holder, VariableDefinitionNode):
            names.append(f"${holder.variable.name.value}")
        elif isinstance(holder, ArgumentNode | ObjectFieldNode):
            names.append(holder.name.value)
        elif isinstance(holder, ListValueNode):
            names.append(_index(ancestors, at, key))
    return ".".join(names) or None


def _index(ancestors: Sequence[Node | Sequence[Node]], at: int, key: str | int | None) -> str:
    """Return which item of a list holds the literal."""
    items = ancestors[at + 1] if at + 1 < len(ancestors) else ()
    if at + 2 >= len(ancestors) or not isinstance(items, Sequence):
        return str(key)
    return str(next(n for n, item in enumerate(items) if item is ancestors[at + 2]))
