"""The organisations of the demo world."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from db.seed.demo.fixed import Row, demo_key, organisation_key
from db.types import fold


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """An organisation; `levy` makes it an employer with an account, `parent` is a handle."""

    handle: str
    name: str
    kind: str
    ukprn: str | None = None
    parent: str | None = None
    levy: Literal["LEVY", "NON_LEVY"] | None = None


# Parents stand before their children.
ORGANISATIONS = (
    DemoOrganisation("alder", "Alder", "EMPLOYER", levy="LEVY"),
    DemoOrganisation("birch", "Birch", "EMPLOYER", levy="NON_LEVY"),
    DemoOrganisation("cherry", "Cherry", "EMPLOYER", levy="LEVY"),
    DemoOrganisation("dogwood", "Dogwood", "EMPLOYER", levy="NON_LEVY"),
    DemoOrganisation("elm", "Elm", "EMPLOYER", levy="LEVY"),
    DemoOrganisation("prov", "Prov", "TRAINING_PROVIDER", ukprn="10000001"),
    DemoOrganisation("prov-two", "Prov Two", "TRAINING_PROVIDER", ukprn="10000002"),
    DemoOrganisation("tp", "TP", "TRAINING_PROVIDER", ukprn="10000003"),
    DemoOrganisation("epa", "Epa", "EPAO", ukprn="10000004"),
    DemoOrganisation("epa-two", "Epa Two", "EPAO", ukprn="10000005"),
    # Customers of TP: employers on its books, without an account of their own.
    DemoOrganisation("c1", "C1", "EMPLOYER"),
    DemoOrganisation("c2", "C2", "EMPLOYER"),
    DemoOrganisation("cec", "CEC", "CEC"),
    DemoOrganisation("north", "North", "PARTNER"),
    DemoOrganisation("south", "South", "PARTNER"),
    DemoOrganisation("delta", "Delta", "SUBCONTRACTOR", parent="north"),
    DemoOrganisation("i1", "I1", "INSTITUTION", parent="north"),
    DemoOrganisation("i2", "I2", "INSTITUTION", parent="north"),
    DemoOrganisation("i3", "I3", "INSTITUTION", parent="north"),
)


def organisation_rows() -> Iterator[Row]:
    """Give the rows of organisations, parents first."""
    for each in ORGANISATIONS:
        yield {
            "id": organisation_key(each.handle),
            "kind": each.kind,
            "name": each.name,
            "name_sort": fold(each.name),
            "status": "OPEN",
            "ukprn": each.ukprn,
            "parent_id": organisation_key(each.parent) if each.parent else None,
            "revision": 1,
        }


def employer_account_rows() -> Iterator[Row]:
    """Give the rows of employer accounts."""
    for each in ORGANISATIONS:
        if each.levy:
            yield {
                "id": demo_key(f"employer_account:{each.handle}"),
                "organisation_id": organisation_key(each.handle),
                "levy_status": each.levy,
            }
