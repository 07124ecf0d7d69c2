"""The closed sets of inspections."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Who inspects, or audits.")
class InspectionBody(Enum):
    """Bodies that visit a provider."""

    OFSTED = "OFSTED"
    ESFA = "ESFA"
    EPA = "EPA"
    EQA = "EQA"
    EV = "EV"
    OTHER = "OTHER"


@strawberry.enum(
    description="Where one use of an inspection group stands: a draft until its window begins."
)
class InspectionStatus(Enum):
    """States of an opening."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@strawberry.enum(description="What an inspector may: there is nothing else.")
class InspectorPermission(Enum):
    """The closed set of three (D4-27)."""

    VIEW_ALL_IN_ASSIGNED_GROUP = "VIEW_ALL_IN_ASSIGNED_GROUP"
    TRAINEE_ASSESSOR = "TRAINEE_ASSESSOR"
    MANAGE_ILR = "MANAGE_ILR"


@strawberry.enum(description="How an inspector gets in; classic is for the ILR alone.")
class InspectorChannel(Enum):
    """Channels."""

    CONSOLE = "CONSOLE"
    CLASSIC = "CLASSIC"


@strawberry.enum(description="What is to be done with an inspector's account after a visit.")
class InspectorDuty(Enum):
    """Duties after a visit."""

    ROTATE_CREDENTIALS = "ROTATE_CREDENTIALS"
    CANCEL = "CANCEL"
    ARCHIVE = "ARCHIVE"


@strawberry.enum(description="Which learners: those one is the case owner of, or all in sight.")
class LearnersShown(Enum):
    """Filters of the console."""

    MY = "MY"
    ALL = "ALL"
