"""The sentences in which a difference of policies is told, and their grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# {who} is the roles and {what} the actions of a sentence. {s} ends the verb of the roles and {z}
# that of the actions, {n} is the plural of the actions, and {are} and {them} stand for them.
NO_MATTER = "; nobody gains or loses by that."
MATRIX_NEW = "This matrix is new."
MATRIX_GONE = "This matrix is gone."
COLUMN_NEW = "This matrix has a column for {0} from now on."
COLUMN_GONE = "This matrix has no column for {0} any more."
ACTION_NEW = "{what} {are} new here, and nobody here may do {them} yet ({0})."
ACTION_GONE = "{what} {are} gone from here, and nobody here could do {them} ({0})."
GAINS = "{who} gain{s} {what}, {0} ({1})."
GAINS_NEW = "{who} gain{s} the new action{n} {what}, {0} ({1})."
LOSES = "{who} lose{s} {what} ({0})."
LOSES_GONE = "{who} lose{s} {what}, which {are} gone ({0})."
WIDER = "{who} may {what} more widely: {0} instead of {1} ({2})."
NARROWER = "{who} may {what} more narrowly: {0} instead of {1} ({2})."
ELSEWHERE = "{who} may {what} in another scope: {0} instead of {1} ({2})."
WHEN_NEW = "{who} may {what} on a condition from now on: {0} ({1})."
WHEN_GONE = "{who} may {what} without the condition that there was: {0} ({1})."
WHEN_OTHER = "{who} may {what} on another condition: {0}; it was: {1} ({2})."
FIELDS_NEW = "{who} lose{s} every field of {what} but {0} ({1})."
FIELDS_GONE = "{who} gain{s} every field of {what}, not only {0} ({1})."
FIELDS_MORE = "{who} gain{s} {0} of {what} ({1})."
FIELDS_LESS = "{who} lose{s} {0} of {what} ({1})."
FIELDS_OTHER = "{who} gain{s} {0} of {what} and lose{s} {1} ({2})."
FIELDS_ORDER = "The fields of {what} stand in another order" + NO_MATTER
RESTORED = "{who} hold{s} {what} by a cell marked as restored from now on" + NO_MATTER
RESTORED_NO_MORE = "{who} hold{s} {what} by a cell not marked as restored any more" + NO_MATTER
SOURCE = "{what} come{z} from {0} instead of {1}" + NO_MATTER
FEATURE = '{what} {are} called "{0}" instead of "{1}"' + NO_MATTER
NOTE_NEW = '{what} {are} noted: "{0}"' + NO_MATTER
NOTE_GONE = '{what} {are} not noted any more: "{0}"' + NO_MATTER
NOTE_OTHER = '{what} {are} noted: "{0}" instead of: "{1}"' + NO_MATTER


class Change(NamedTuple):
    """One thing that differs: a sentence above with its values, and what it speaks of."""

    words: tuple[str, ...]
    action: str = ""
    role: str = ""


def joined(names: Sequence[str]) -> str:
    """Return names as a person lists them: a, b and c."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def sentences(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a sentence for all roles of a change, and for all actions of the same change."""
    roles: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for words, action, role in dict.fromkeys(changes):
        roles.setdefault((words, action), []).append(role)
    actions: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (words, action), of in roles.items():
        actions.setdefault((words, tuple(of)), []).append(action)
    for ((sentence, *values), who), what in actions.items():
        many, several = len(who) > 1, len(what) > 1
        roles_in_words = joined(who)
        yield plain(
            sentence.format(
                *values,
                who=roles_in_words[:1].upper() + roles_in_words[1:],
                what=joined(what),
                s="" if many else "s",
                z="" if several else "s",
                n="s" if several else "",
                are="are" if several else "is",
                them="them" if several else "it",
            )
        )


def plain(text: str) -> str:
    """Return text as one line without characters that a terminal would obey."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))
