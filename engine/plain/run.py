"""Runs an operation on graphql-core, and says of each error whose fault it was."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, Executor, FieldNode, GraphQLError, execute

from db.drivers.faults import NotAnswered
from engine.errors import MASKED, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLObjectType
    from graphql.pyutils import Path

    from engine.catalogue import Catalogue
    from engine.documents.cache import Operation
    from engine.plain.context import PlainContext

_LOG = logging.getLogger("fieldgate.engine")


class _Executor(Executor[Any]):
    """Tells the context of each field that takes arguments, before they are coerced."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Resolve a field."""
        node = field_details_list[0].node
        if node.arguments:
            self.context_value.asked(parent_type.name, node.name.value, source, path.as_list())
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )


async def execute_plainly(
    catalogue: Catalogue,
    operation: Operation,
    context: PlainContext,
    variables: dict[str, Any],
    shown: Callable[..., Any] | None = None,
) -> ExecutionResult:
    """Run an operation on graphql-core; variables as the request gave them.

    `shown` stands before each resolver and decides what introspection reads. A resolver's
    RequestRefused, or NotAnswered, is of the whole request.
    """
    result = execute(
        catalogue.schema,
        operation.document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name,
        hide_suggestions=True,
        middleware=[shown] if shown else None,
        executor_class=_Executor,
    )
    result = result if isinstance(result, ExecutionResult) else await result
    for error in result.errors or ():
        if isinstance(error.original_error, (RequestRefused, NotAnswered)):
            raise error.original_error
    return result


def plain_error(error: GraphQLError, context: PlainContext) -> dict[str, object]:
    """Return an error as an answer shows it; what is our fault is masked, and logged."""
    formatted: dict[str, object] = dict(error.formatted)
    extensions = dict(error.extensions or {})
    if "code" not in extensions:
        if context.was_resolved(error.path) or not _of_arguments(error):
            _LOG.error("A resolver failed.", exc_info=error.original_error or error)
            formatted["message"] = MASKED
            where = context.coordinate(error.path)
            extensions = {"code": "INTERNAL_SERVER_ERROR", "coordinate": where}
        else:  # graphql-core could not coerce the arguments that the caller sent
            where, refused = context.wrongly_asked(error.path)
            extensions = {"code": "BAD_USER_INPUT", "coordinate": where}
            if refused is not None:  # the role comes first: only who passes is told of them
                formatted["message"] = refused.message
                extensions = dict(refused.extensions or {})
    formatted["extensions"] = extensions
    return formatted


def _of_arguments(error: GraphQLError) -> bool:
    """Tell whether an error can be of arguments: it points at one, or the field has any."""
    return any(
        not isinstance(node, FieldNode) or bool(node.arguments) for node in error.nodes or ()
    )
