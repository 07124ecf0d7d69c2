"""Two policies beside each other: who gains or loses what, in sentences for a reviewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from authz.conditions import CONDITIONS
from authz.matrix import SCOPES
from authz.publishing import sentences as say
from authz.publishing.sentences import Change, joined, plain, sentences
from authz.publishing.wording import scope_words
from authz.roles import ROLES, SIGNED_IN, SYSTEMS, role_title
from authz.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from authz.policy import PolicyLine

_Cells: TypeAlias = "dict[str, PolicyLine]"
_Actions: TypeAlias = "dict[str, _Cells]"
_Words: TypeAlias = "Iterator[tuple[str, ...]]"
"""A sentence of `authz.publishing.sentences` and the values of its numbers."""

_ROWS_IN_WORDS = ("self", "employed")
"""The scopes whose words name the rows instead of the place where they are."""


def differences(old: Iterable[PolicyLine], new: Iterable[PolicyLine]) -> dict[str, tuple[str, ...]]:
    """Return the sentences of each system in which something differs, in the order of the sources.

    Roles that share a change share a sentence, and so do actions of one source. A missing line is
    a refusal. What this version does not know (a system, role, scope, condition) keeps its name.
    """
    before, after = _by_system(old), _by_system(new)
    old_actions = {action for actions in before.values() for action in actions}
    new_actions = {action for actions in after.values() for action in actions}
    found = {}
    for system in sorted({**after, **before}, key=_position(SYSTEMS)):
        was, now = before.get(system, {}), after.get(system, {})
        changes = [Change(words) for words in _of_head(was, now)]
        for action, cell in _in_order({**was, **now}):
            had, has = was.get(action, {}), now.get(action, {})
            rights = say.GAINS if action in old_actions else say.GAINS_NEW
            losses = say.LOSES if action in new_actions else say.LOSES_GONE
            changes += _of_action(had, has, cell.source, (rights, losses))
        if changes:
            found[system] = tuple(sentences(changes))
    return found


def told(found: Mapping[str, Sequence[str]]) -> str:
    """Return what `differences` found as text: a heading for each system, a line a sentence."""
    if not found:
        return "The policy is the same: nobody gains or loses anything.\n"
    return "\n".join(
        f"{SYSTEMS[system].title if system in SYSTEMS else plain(system)}\n"
        + "".join(f"- {line}\n" for line in lines)
        for system, lines in found.items()
    )


def _by_system(lines: Iterable[PolicyLine]) -> dict[str, _Actions]:
    systems: dict[str, _Actions] = {}
    for line in lines:
        systems.setdefault(line.system, {}).setdefault(line.action, {})[line.role] = line
    return systems


def _position(names: Collection[str]) -> Callable[[str], int]:
    """Return what tells the place of a name in these, for sorting; unknown names come last."""
    places = {name: place for place, name in enumerate(names)}
    return lambda name: places.get(name, len(places))


def _in_order(actions: _Actions) -> list[tuple[str, PolicyLine]]:
    """Return each action with a line that holds its source, in the order of the sources."""
    place = _position(SOURCES)
    lines = [(action, next(iter(cells.values()))) for action, cells in actions.items()]
    return sorted(lines, key=lambda pair: place(pair[1].source))


def _of_head(was: _Actions, now: _Actions) -> _Words:
    if not was or not now:
        yield (say.MATRIX_NEW if now else say.MATRIX_GONE,)
        return
    had, has = (dict.fromkeys(role for cells in x.values() for role in cells) for x in (was, now))
    yield from ((say.COLUMN_NEW, _title(role)) for role in has if role not in had)
    yield from ((say.COLUMN_GONE, _title(role)) for role in had if role not in has)


def _of_action(had: _Cells, has: _Cells, source: str, verbs: tuple[str, str]) -> Iterator[Change]:
    """Yield what differs of one action; `verbs` are the sentences of gains and of losses."""
    action = next(iter({**had, **has}.values())).action
    held = [line for line in (*had.values(), *has.values()) if line.effect == "allow"]
    if not held and not (had and has):
        yield Change((say.ACTION_NEW if has else say.ACTION_GONE, source), action)
    for role in {**has, **had}:
        old, new = had.get(role), has.get(role)
        for sentence, *values in _of_rights(_right(old), _right(new), verbs):
            yield Change((sentence, *values, source), action, _title(role))
        if old and new:
            yield from (Change(words, action) for words in _of_text(old, new))


def _right(line: PolicyLine | None) -> PolicyLine | None:
    return line if line and line.effect == "allow" else None


def _of_rights(had: PolicyLine | None, has: PolicyLine | None, verbs: tuple[str, str]) -> _Words:
    """Yield what a role gains or loses by its cell, where None is a refusal."""
    gains, loses = verbs
    if had and has:
        yield from _of_scope(had, has)
        yield from _of_condition(had.when, has.when)
        yield from _of_fields(had.fields, has.fields)
        if had.restored != has.restored:
            yield (say.RESTORED if has.restored else say.RESTORED_NO_MORE,)
    elif has:
        yield gains, "; ".join(_terms(has))
    elif had:
        yield (loses,)


def _of_scope(had: PolicyLine, has: PolicyLine) -> _Words:
    """Yield how a scope differs; of two scopes neither of which is everything none is the wider.

    The rows that are a person's own, say, need not lie within one account.
    """
    if had.scope != has.scope:
        wide, narrow = (line.scope == "everything" for line in (has, had))
        sentence = say.WIDER if wide else say.NARROWER if narrow else say.ELSEWHERE
        yield sentence, _scope(has), _scope(had)


def _of_condition(had: str | None, has: str | None) -> _Words:
    if had == has:
        return
    if had and has:
        yield say.WHEN_OTHER, _condition(has), _condition(had)
    elif has:
        yield say.WHEN_NEW, _condition(has)
    elif had:
        yield say.WHEN_GONE, _condition(had)


def _of_fields(had: Sequence[str], has: Sequence[str]) -> _Words:
    """Yield how the fields differ that a cell opens, where none listed is all of them."""
    more = [name for name in has if name not in had]
    less = [name for name in had if name not in has]
    if had and has and more and less:
        yield say.FIELDS_OTHER, _fields(more), _fields(less)
    elif had and has and more:
        yield say.FIELDS_MORE, _fields(more)
    elif had and has and less:
        yield say.FIELDS_LESS, _fields(less)
    elif more:
        yield say.FIELDS_NEW, joined(has)
    elif less:
        yield say.FIELDS_GONE, joined(had)
    elif had != has:
        yield (say.FIELDS_ORDER,)


def _of_text(had: PolicyLine, has: PolicyLine) -> _Words:
    """Yield how the words of a row differ, which decide nothing."""
    if had.source != has.source:
        yield say.SOURCE, has.source, had.source
    if had.feature != has.feature:
        yield say.FEATURE, has.feature, had.feature
    if had.note and has.note and had.note != has.note:
        yield say.NOTE_OTHER, has.note, had.note
    elif has.note and not had.note:
        yield say.NOTE_NEW, has.note
    elif had.note and not has.note:
        yield say.NOTE_GONE, had.note


def _terms(line: PolicyLine) -> Iterator[str]:
    yield _scope(line)
    if line.fields:
        yield f"only {joined(line.fields)}"
    if line.when:
        yield _condition(line.when)
    if line.restored:
        yield "a restored cell"


def _title(role: str) -> str:
    return role_title(role) if role in (*ROLES, SIGNED_IN) else f"the role {role}"


def _scope(line: PolicyLine) -> str:
    if line.scope not in SCOPES or line.system not in SYSTEMS:
        return f"in the scope {line.scope}"
    words = scope_words(line.scope, line.system) or "without a limit"
    return f"for {words}" if line.scope in _ROWS_IN_WORDS else words


def _condition(name: str) -> str:
    if name not in CONDITIONS:
        return f"the condition {name}"
    sentence = CONDITIONS[name].sentence
    return sentence[0].lower() + sentence[1:]


def _fields(names: Sequence[str]) -> str:
    return f"the field{'s' if len(names) > 1 else ''} {joined(names)}"
