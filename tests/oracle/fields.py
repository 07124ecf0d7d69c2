"""The oracle's table: for each coordinate, the action that guards it and how its value is found.

Written by hand from the contract of the API, on purpose without a look at how the product says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from authz.policy import PolicyLine
from authz.roles import ROLES
from authz.sources import source
from oracle.decide import SIGNED_IN, Principal, decide, holds, holds_at, in_force, policy_lines
from oracle.finding import found_page
from oracle.refusal import RefusalError, bad_input, forbidden, not_found
from oracle.shapes import (
    LARGEST_PAGE,
    LINK,
    LINK_LIVES,
    TYPES,
    CursorOpener,
    Thing,
    enum,
    global_id,
    instant,
    page,
    parse_id,
)
from oracle.world import Row, World


class Searched(NamedTuple):
    """A column that rows are found by; `folded` is what a text is searched and sorted by."""

    action: str
    column: str
    folded: str | None = None


@dataclass(frozen=True)
class Asked:
    """One question: the world it is put to, who puts it, and how a cursor is opened."""

    world: World
    principal: Principal
    open_cursor: CursorOpener

    def may(self, action: str, table: str, row: Row) -> bool:
        """Say whether the caller holds an action on a row."""
        return decide(self.principal, action, table, row, self.world)

    def visible(self, action: str, table: str, rows: Iterable[Row]) -> list[Thing]:
        """Return the rows in scope of an action and of their type's own read action."""
        read = READ[TYPES[table]]
        return [
            Thing(table, row)
            for row in rows
            if self.may(action, table, row) and self.may(read, table, row)
        ]

    def field(self, kind: str, name: str) -> Searched:
        """Return what rows of a type are found by."""
        return SEARCHED[f"{kind}.{name}"]

    def findable(self, field: Searched, _at: str) -> bool:
        """Say whether the caller holds what it takes to find rows by a field, anywhere."""
        return holds(self.principal, field.action)

    def readable(self, field: Searched, _at: str, thing: Thing) -> bool:
        """Say whether the caller may find this very row by a field's value."""
        return self.may(field.action, thing.table, thing.row)


Find = Callable[[Asked, Any, str, Mapping[str, Any]], Any]
Order = Callable[[Row], tuple[Any, ...]]

READ = {
    "Organisation": "organisation.read",
    "EmployerAccount": "employer_account.read",
    "User": "user.read",
    "RoleGrant": "role_grant.read",
    "PayeScheme": "paye_scheme.read",
    "LegalEntity": "legal_entity.read",
    "Agreement": "agreement.read",
    "AgreementEvent": "agreement.read",
    "Invitation": "invitation.read",
}

SEARCHED = {
    "Organisation.kind": Searched("organisation.read", "kind"),
    "Organisation.name": Searched("organisation.read", "name", "name_sort"),
    "User.name": Searched("user.read", "name", "name_sort"),
    "User.email": Searched("user.read_contact", "email", "email_sort"),
    "User.status": Searched("user.read_contact", "status"),
}


def identifier() -> Find:
    """The id of a row: whoever has the row has its id."""
    return lambda _asked, thing, _at, _args: global_id(thing.table, thing.row["id"])


def value(action: str, column: str, write: Callable[[Any], Any] = lambda stored: stored) -> Find:
    """Find a column of the row, guarded on this very row."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> object:
        if not asked.may(action, thing.table, thing.row):
            raise forbidden(at)
        return write(thing.row[column])

    return find


def one(action: str, table: str, column: str) -> Find:
    """Find the row that a column names: refused as a whole, or null when out of scope."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> Thing | None:
        if not holds(asked.principal, action):
            raise forbidden(at)
        row = asked.world.get(table, thing.row[column])
        return next(iter(asked.visible(action, table, [row] if row else [])), None)

    return find


def many(action: str, table: str, column: str, order: Order, *, own: str | None = None) -> Find:
    """Find the rows whose column names this row, in order; `own` is the parent's organisation.

    With `own` the gate stands at the parent: the role must be held at that very organisation.
    """

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[Thing]:
        _gate(asked, action, thing, at, own)
        key = thing.row[own or "id"]
        rows = sorted((r for r in asked.world.all(table) if r[column] == key), key=order)
        return asked.visible(action, table, rows)

    return find


def paged(action: str, table: str, *, keep: Callable[[Row], bool] = lambda _row: True) -> Find:
    """Find a page of the rows of this account, by id, behind the gate at the parent."""

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        _gate(asked, action, thing, at, "organisation_id")
        key = thing.row["organisation_id"]
        rows = [r for r in asked.world.all(table) if r["organisation_id"] == key and keep(r)]
        things = asked.visible(action, table, sorted(rows, key=by("id")))
        return page(things, args, at, asked.open_cursor)

    return find


def root_list(action: str, table: str) -> Find:
    """Find a page of every row of a type that the caller may see: filtered, by name or sorted."""

    def find(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        if not holds(asked.principal, action):
            raise forbidden(at)
        rows = sorted(asked.world.all(table), key=by("name_sort", "id"))
        return found_page(asked, TYPES[table], asked.visible(action, table, rows), at, args)

    return find


def by_id(action: str, table: str) -> Find:
    """Find one row of a type by its global id: role first, then the id, then the row."""

    def find(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> Thing:
        if not holds(asked.principal, action):
            raise forbidden(at)
        parsed = parse_id(args["id"])
        if parsed is None or parsed[0] != table:
            raise bad_input(at)
        return _seen(asked, table, parsed[1], at)

    return find


def _gate(asked: Asked, action: str, thing: Thing, at: str, own: str | None) -> None:
    if own is None:
        open_ = holds(asked.principal, action)
    else:
        open_ = holds_at(asked.principal, action, thing.row[own])
    if not open_:
        raise forbidden(at)


def _seen(asked: Asked, table: str, key: str, at: str) -> Thing:
    row = asked.world.get(table, key)
    if row is None or not asked.may(READ[TYPES[table]], table, row):
        raise not_found(at)
    return Thing(table, row)


def by(*columns: str) -> Order:
    """Order rows by these columns, code point by code point."""
    return lambda row: tuple(row[column] for column in columns)


def _me(asked: Asked, _root: object, at: str, _args: Mapping[str, Any]) -> Thing | None:
    if not holds(asked.principal, "user.read"):
        raise forbidden(at)
    row = asked.principal.user
    return None if row is None else Thing("users", row)


def _node(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> Thing:
    return _any_by_id(asked, args["id"], at)


def _nodes(
    asked: Asked, _root: object, at: str, args: Mapping[str, Any]
) -> list[Thing | RefusalError]:
    texts = args["ids"]
    if len(texts) > LARGEST_PAGE or any(parse_id(text) is None for text in texts):
        raise bad_input(at)  # one bad id spoils the argument, and with it the field
    found: list[Thing | RefusalError] = []
    for text in texts:
        try:
            found.append(_any_by_id(asked, text, at))
        except RefusalError as refusal:
            found.append(refusal)
    return found


def _any_by_id(asked: Asked, text: str, at: str) -> Thing:
    parsed = parse_id(text)
    if parsed is None:
        raise bad_input(at)
    if not holds(asked.principal, READ[TYPES[parsed[0]]]):
        raise forbidden(at)
    return _seen(asked, *parsed, at)


def _account(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> Thing | None:
    if not holds_at(asked.principal, "employer_account.read", thing.row["id"]):
        raise forbidden(at)
    accounts = asked.world.all("employer_accounts")
    row = next((r for r in accounts if r["organisation_id"] == thing.row["id"]), None)
    return None if row is None else Thing("employer_accounts", row)


def _warnings(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[str]:
    if not asked.may("employer_account.read_warnings", thing.table, thing.row):
        raise forbidden(at)
    owners = [
        grant
        for grant in asked.world.all("role_grants")
        if grant["organisation_id"] == thing.row["organisation_id"]
        and grant["role"] == "employer_account.owner"
        and in_force(asked.world, grant, asked.principal.now)
    ]
    return ["SINGLE_OWNER"] if len({grant["user_id"] for grant in owners}) == 1 else []


def _document(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> dict[str, Any]:
    if not asked.may("agreement.download", thing.table, thing.row):
        raise forbidden(at)
    return {
        "url": f"{LINK}{thing.row['id']}",
        "expiresAt": instant(asked.principal.now + LINK_LIVES),
    }


ACTIONS = {
    "Organisation": (
        "employer_account.rename",
        "paye_scheme.add",
        "legal_entity.add",
        "team.invite",
        "team.leave",
    ),
    "PayeScheme": ("paye_scheme.remove",),
    "LegalEntity": ("legal_entity.remove",),
    "Agreement": ("agreement.accept",),
    "RoleGrant": ("team.change_role", "team.remove"),
    "Invitation": ("invitation.cancel",),
    "User": (),
}
"""What can be done with a thing there is."""


def _allowed_actions(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[str]:
    if not asked.may(READ[thing.type_name], thing.table, thing.row):
        raise forbidden(at)
    actions = [each for each in ACTIONS[thing.type_name] if asked.may(each, thing.table, thing.row)]
    return sorted(action.upper().replace(".", "_") for action in actions)


def _can(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> bool:
    if not asked.may("user.read_rights", thing.table, thing.row):
        raise forbidden(at)
    parsed = parse_id(args["organisationId"])
    if parsed is None or parsed[0] != "organisations":
        raise bad_input(at)
    actions = {enum(line.action): line.action for line in policy_lines()}
    return holds_at(asked.principal, actions[args["action"]], parsed[1])


def _roles(
    asked: Asked, _root: object, at: str, args: Mapping[str, Any]
) -> list[dict[str, object]]:
    if not holds(asked.principal, "role.read"):
        raise forbidden(at)
    wanted = args.get("system")
    return [
        {
            "name": role.graphql_name,
            "title": role.title,
            "system": role.system.upper(),
            "organisationKinds": list(role.organisation_kinds),
            "policy": [_policy_row(line) for line in policy_lines() if line.role == name],
        }
        for name, role in ROLES.items()
        if wanted in (None, role.system.upper())
    ]


def _policy(
    asked: Asked, _root: object, at: str, args: Mapping[str, Any]
) -> list[dict[str, object]]:
    if not holds(asked.principal, "policy.read"):
        raise forbidden(at)
    rows = [_policy_row(line) for line in policy_lines()]
    wanted = {key: word for key, word in args.items() if word is not None}
    return [row for row in rows if all(row[key] == word for key, word in wanted.items())]


def _policy_row(line: PolicyLine) -> dict[str, object]:
    return {
        "system": line.system.upper(),
        "source": line.source,
        "sentence": source(line.source).sentence,
        "feature": line.feature,
        "action": line.action,
        "role": None if line.role == SIGNED_IN else enum(line.role),
        "effect": line.effect.upper(),
        "scope": line.scope,
        "when": line.when,
        "fields": list(line.fields) or None,
        "restored": line.restored,
        "note": line.note,
    }


def _values(type_name: str, columns: Mapping[str, str]) -> dict[str, Find]:
    """Return a coordinate for each field that is a column under the type's read action."""
    return {
        f"{type_name}.{field}": value(READ[type_name], column) for field, column in columns.items()
    }


def _instants(type_name: str, columns: Mapping[str, str]) -> dict[str, Find]:
    return {
        f"{type_name}.{field}": value(READ[type_name], column, instant)
        for field, column in columns.items()
    }


FIELDS: dict[str, Find] = {
    **{f"{type_name}.allowedActions": _allowed_actions for type_name in ACTIONS},
    "Query.me": _me,
    "Query.node": _node,
    "Query.nodes": _nodes,
    "Query.organisation": by_id("organisation.read", "organisations"),
    "Query.organisations": root_list("organisation.read", "organisations"),
    "Query.user": by_id("user.read", "users"),
    "Query.users": root_list("user.read", "users"),
    "Query.roles": _roles,
    "Query.policy": _policy,
    "Organisation.id": identifier(),
    **_values("Organisation", {"kind": "kind", "name": "name"}),
    "Organisation.account": _account,
    "Organisation.editVersion": value("organisation.read_version", "revision"),
    "EmployerAccount.levyStatus": value("employer_account.read_levy_status", "levy_status"),
    "EmployerAccount.warnings": _warnings,
    "EmployerAccount.payeSchemes": many(
        "paye_scheme.read",
        "paye_schemes",
        "organisation_id",
        by("reference", "id"),
        own="organisation_id",
    ),
    "EmployerAccount.legalEntities": many(
        "legal_entity.read",
        "legal_entities",
        "organisation_id",
        by("name", "id"),
        own="organisation_id",
    ),
    "EmployerAccount.agreements": many(
        "agreement.read",
        "agreements",
        "organisation_id",
        by("offered_at", "id"),
        own="organisation_id",
    ),
    "EmployerAccount.team": paged(
        "team.read", "role_grants", keep=lambda row: row["system"] == "employer_account"
    ),
    "EmployerAccount.invitations": paged("invitation.read", "invitations"),
    "PayeScheme.id": identifier(),
    **_values("PayeScheme", {"reference": "reference", "name": "name"}),
    **_instants("PayeScheme", {"addedAt": "added_at"}),
    "LegalEntity.id": identifier(),
    **_values("LegalEntity", {"name": "name", "code": "code", "source": "source"}),
    **_instants("LegalEntity", {"addedAt": "added_at"}),
    "Agreement.id": identifier(),
    **_values("Agreement", {"version": "version", "status": "status", "signedBy": "signed_by"}),
    **_values("Agreement", {"editVersion": "revision"}),
    **_instants("Agreement", {"offeredAt": "offered_at", "signedAt": "signed_at"}),
    "Agreement.document": _document,
    "Agreement.legalEntity": one("legal_entity.read", "legal_entities", "legal_entity_id"),
    "Agreement.history": many("agreement.read", "agreement_events", "agreement_id", by("at", "id")),
    **_values("AgreementEvent", {"status": "status", "by": "by"}),
    **_instants("AgreementEvent", {"at": "at"}),
    "Invitation.id": identifier(),
    **_values("Invitation", {"email": "email", "name": "name", "status": "status"}),
    **_values("Invitation", {"editVersion": "revision"}),
    "Invitation.role": value("invitation.read", "role", enum),
    **_instants("Invitation", {"invitedAt": "invited_at", "expiresAt": "expires_at"}),
    "User.id": identifier(),
    **_values("User", {"name": "name"}),
    "User.email": value("user.read_contact", "email"),
    "User.status": value("user.read_contact", "status"),
    "User.can": _can,
    "User.grants": many("role_grant.read", "role_grants", "user_id", by("id")),
    "RoleGrant.id": identifier(),
    "RoleGrant.role": value("role_grant.read", "role", enum),
    "RoleGrant.user": one("user.read", "users", "user_id"),
    "RoleGrant.organisation": one("organisation.read", "organisations", "organisation_id"),
    "RoleGrant.startsAt": value("role_grant.read_period", "starts_at", instant),
    "RoleGrant.endsAt": value("role_grant.read_period", "ends_at", instant),
    **_values("RoleGrant", {"editVersion": "revision"}),
}
"""Every guarded coordinate; the rest are values inside of an answer that was decided whole."""
