"""The closed sets of apprentice records and what is part of one."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Where an apprenticeship stands.")
class ApprenticeshipStatus(Enum):
    """States of an apprenticeship."""

    WAITING_TO_START = "WAITING_TO_START"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    COMPLETED = "COMPLETED"


@strawberry.enum(description="How an apprenticeship is delivered.")
class DeliveryModel(Enum):
    """Delivery models."""

    REGULAR = "REGULAR"
    PORTABLE_FLEXI_JOB = "PORTABLE_FLEXI_JOB"
    FLEXI_JOB_AGENCY = "FLEXI_JOB_AGENCY"


@strawberry.enum(description="What records are assigned for; each side has kinds of its own.")
class CaseloadKind(Enum):
    """Kinds of caseload."""

    ASSESSOR = "ASSESSOR"
    TRAINING_COORDINATOR = "TRAINING_COORDINATOR"
    CASE_OWNER = "CASE_OWNER"


@strawberry.enum(description="What a piece of evidence is.")
class EvidenceKind(Enum):
    """Kinds of evidence."""

    ASSIGNMENT = "ASSIGNMENT"
    OBSERVATION = "OBSERVATION"
    REFLECTION = "REFLECTION"
    TESTIMONY = "TESTIMONY"


@strawberry.enum(description="Where a piece of evidence stands.")
class EvidenceStatus(Enum):
    """States of a piece of evidence."""

    SUBMITTED = "SUBMITTED"
    REFERRED = "REFERRED"
    ACCEPTED = "ACCEPTED"


@strawberry.enum(description="How far an apprentice is on the way into the end-point assessment.")
class GatewayStatus(Enum):
    """States of the gateway."""

    IN_TRAINING = "IN_TRAINING"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"


@strawberry.enum(description="The overall grade of an end-point assessment.")
class Grade(Enum):
    """Grades."""

    PASS = "PASS"  # noqa: S105 - a grade
    CREDIT = "CREDIT"
    MERIT = "MERIT"
    DISTINCTION = "DISTINCTION"
    PASS_WITH_EXCELLENCE = "PASS_WITH_EXCELLENCE"  # noqa: S105 - a grade
    OUTSTANDING = "OUTSTANDING"
    NO_GRADE_AWARDED = "NO_GRADE_AWARDED"
    FAIL = "FAIL"


@strawberry.enum(description="Which attempt at a component it is.")
class ComponentAttempt(Enum):
    """Attempts at a component."""

    FIRST = "FIRST"
    RESIT = "RESIT"
    RETAKE = "RETAKE"


@strawberry.enum(description="What came of an attempt at a component.")
class ComponentOutcome(Enum):
    """Outcomes of an attempt."""

    PASS = "PASS"  # noqa: S105 - a grade
    FAIL = "FAIL"


@strawberry.enum(description="Whether a learner is still learning.")
class IlrCompletion(Enum):
    """Completion states of an ILR."""

    CONTINUING = "CONTINUING"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    BREAK = "BREAK"


@strawberry.enum(description="What came of the learning.")
class IlrOutcome(Enum):
    """Outcomes of an ILR."""

    ACHIEVED = "ACHIEVED"
    PARTIAL = "PARTIAL"
    NO_ACHIEVEMENT = "NO_ACHIEVEMENT"
