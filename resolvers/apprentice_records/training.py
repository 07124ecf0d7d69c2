"""Commands of the training of an apprentice: progress, evidence and feedback."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import select

from db.models import Evidence, Feedback, Training, User
from db.types import new_key
from engine.declare.commands import command, command_input, given, left_out, payload
from resolvers import checks, targets
from resolvers.apprentice_records.enums import EvidenceKind

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys

_WHOLE = 100
_MOST_HOURS = 20_000
_LONGEST_WORK = 20_000
_LONGEST_FEEDBACK = 4_000


@command_input("How an apprentice gets on; what is left out stays as it is.")
class UpdateTraining:
    """Input of updateTraining."""

    record_id: strawberry.ID
    progress_percent: int | None = left_out()
    logged_hours: int | None = left_out()
    next_review_on: date | None = left_out(checks.CLEARED)
    if_version: int | None = left_out(checks.VERSION)


@command(
    "apprentice_record.edit_training",
    UpdateTraining,
    answers=payload("The record with its training.", record="ApprenticeRecord"),
    target=targets.RECORD,
)
async def update_training(change: Change, given: UpdateTraining) -> Keys:
    """Change how an apprentice gets on (D1-03); what is left out stays as it is."""
    training = await change.session.scalar(
        select(Training).where(Training.record_id == change.target)
    )
    checks.version(training, given.if_version)
    if training is None:
        training = Training(
            id=new_key(),
            record_id=change.target,
            progress_percent=0,
            planned_hours=0,
            logged_hours=0,
            revision=1,
        )
    sent = []
    for name, most in (("progress_percent", _WHOLE), ("logged_hours", _MOST_HOURS)):
        value = getattr(given, name)
        if value is not strawberry.UNSET:
            setattr(training, name, checks.whole(name, value, most))
            sent.append(name)
    if given.next_review_on is not strawberry.UNSET:
        review = given.next_review_on
        training.next_review_on = review.isoformat() if review is not None else None
        sent.append("next_review_on")
    change.note(fields=change.edited(training, *sent))
    if sent:  # nothing to keep makes no row
        change.session.add(training)
    return {"record": change.target}


@command_input("A piece of an apprentice's work.")
class AddEvidence:
    """Input of addEvidence."""

    record_id: strawberry.ID
    title: str
    kind: EvidenceKind
    content: str = given(description="The work itself, as plain text.")


@command(
    "apprentice_record.edit_training",
    AddEvidence,
    answers=payload(
        "The evidence, and the record that it is of.",
        evidence="Evidence",
        record="ApprenticeRecord",
    ),
    target=targets.RECORD,
)
async def add_evidence(change: Change, given: AddEvidence) -> Keys:
    """Add a piece of an apprentice's work (D1-03)."""
    evidence = Evidence(
        id=new_key(),
        record_id=change.target,
        title=checks.text("title", given.title),
        kind=given.kind.value,
        status="SUBMITTED",
        submitted_at=change.now,
        content=checks.prose("content", given.content, _LONGEST_WORK),
    )
    change.session.add(evidence)
    change.note(evidence=evidence.id)
    return {"evidence": evidence.id, "record": change.target}


@command_input("Something to say of an apprentice's work.")
class GiveFeedback:
    """Input of giveFeedback."""

    record_id: strawberry.ID
    text: str


@command(
    "apprentice_record.edit_training",
    GiveFeedback,
    answers=payload("The record that the feedback is on.", record="ApprenticeRecord"),
    target=targets.RECORD,
)
async def give_feedback(change: Change, given: GiveFeedback) -> Keys:
    """Say something of an apprentice's work (D1-03)."""
    user = await change.session.get_one(User, change.principal.user)
    feedback = Feedback(
        id=new_key(),
        record_id=change.target,
        by=user.name,
        by_id=user.id,
        at=change.now,
        text=checks.prose("text", given.text, _LONGEST_FEEDBACK),
    )
    change.session.add(feedback)
    change.note(feedback=feedback.id)
    return {"record": change.target}
