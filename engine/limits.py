"""What one operation may ask for and answer with, at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, each inclusive; the defaults are the ones the gateway is tested with.

    `cost` counts the objects that a document may load with the page sizes it asks for, and each
    comparison of a filter once for each page and each grant signature of the caller; a relation
    without pages counts as `assumed_list` objects. `values` bounds what all variables
    hold, `ids` how many rows one command acts on, `comparisons` those of all filters, each counted
    as deep as it lies. `positions` bounds the objects and lists of an answer as they stand in it,
    and `merges` the pairs of fields that share a place. A page holds `default_page` rows where it
    is asked for without a size, and `page` at most.
    """

    tokens: int = 2_000
    depth: int = 20
    fields: int = 500
    aliases: int = 30
    root_fields: int = 20
    directives: int = 50
    fragments: int = 50
    operations: int = 10
    introspections: int = 2
    page: int = 100
    default_page: int = 20
    previews: int = 5
    cost: int = 5_000
    values: int = 2_000
    comparisons: int = 500
    filter_depth: int = 16
    ids: int = 1_000
    assumed_list: int = 10
    errors_shown: int = 5
    withheld_shown: int = 10_000
    positions: int = 200_000
    merges: int = 500
    operation_seconds: float = 10.0
    response_bytes: int = 5_000_000
    cached_document: int = 16_384
    cached_characters: int = 2_000_000

    @property
    def page_without_size(self) -> int:
        """The size of a page that is asked for without one."""
        return min(self.default_page, self.page)


@dataclass(frozen=True, slots=True)
class Allowances:
    """How often something may be done that reaches people who did not ask for it; inclusive.

    Each is for a day that begins at midnight, UTC: for one subject of a token, for all who come
    from one address, and at one account. `open_invitations` is how many of an account may wait at
    once.
    """

    accounts_per_subject: int = 10
    accounts_per_address: int = 100
    invitations_per_subject: int = 50
    invitations_per_address: int = 500
    invitations_per_account: int = 100
    open_invitations: int = 100
