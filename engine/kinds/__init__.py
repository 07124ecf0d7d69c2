"""The kinds of field, one module each: how it is declared, planned, run, and answered plainly.

What a schema is written in is imported from here.
"""

from engine.kinds.aggregate import aggregate
from engine.kinds.allowed_actions import allowed_actions
from engine.kinds.any_of import any_of
from engine.kinds.by_id import by_id, node_by_id, nodes_by_ids
from engine.kinds.caller import caller
from engine.kinds.can import can
from engine.kinds.column import field
from engine.kinds.computed import computed
from engine.kinds.connection import connection
from engine.kinds.declarations import Declarations
from engine.kinds.derived import derived
from engine.kinds.download import download
from engine.kinds.none_of import none_of
from engine.kinds.preview import preview
from engine.kinds.related_column import shown
from engine.kinds.rows_of_parent import facet, many
from engine.kinds.static import static
from engine.kinds.summary import card
from engine.kinds.to_one import changed, one

__all__ = [
    "Declarations",
    "aggregate",
    "allowed_actions",
    "any_of",
    "by_id",
    "caller",
    "can",
    "card",
    "changed",
    "computed",
    "connection",
    "derived",
    "download",
    "facet",
    "field",
    "many",
    "node_by_id",
    "nodes_by_ids",
    "none_of",
    "one",
    "preview",
    "shown",
    "static",
]
