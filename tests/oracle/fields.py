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
from oracle.decide import (
    SIGNED_IN,
    Principal,
    decide,
    holds,
    holds_at,
    in_force,
    may_act,
    policy_lines,
    refused,
)
from oracle.filters import capitals_aside, fold
from oracle.finding import found_page, sorted_by
from oracle.refusal import RefusalError, bad_input, forbidden, not_found
from oracle.shapes import (
    LARGEST_PAGE,
    LINK,
    LINK_LIVES,
    OTHERS,
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
    """A column that rows are found by; `folded` is what a text is searched and sorted by.

    What is found by no column is `made` of the row. `also` is what finding needs besides.
    """

    action: str
    column: str = ""
    folded: str | None = None
    also: str | None = None
    folding: Callable[[str], str] = fold
    made: Callable[[Asked, Thing], Any] | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action that it takes."""
        return (self.action,) if self.also is None else (self.action, self.also)


@dataclass(frozen=True)
class Asked:
    """One question: the world it is put to, who puts it, and how a cursor is opened."""

    world: World
    principal: Principal
    open_cursor: CursorOpener

    def may(self, action: str, table: str, row: Row) -> bool:
        """Say whether the caller holds an action on a row."""
        return decide(self.principal, action, table, row, self.world)

    def demand(self, action: str, thing: Thing, at: str) -> None:
        """Refuse a field that the caller may not read of this very row."""
        name = at.partition(".")[2]
        code = refused(self.principal, action, thing.table, thing.row, self.world, name)
        if code is not None:
            raise RefusalError(code, at)

    def visible(
        self, action: str, table: str, rows: Iterable[Row], kind: str | None = None
    ) -> list[Thing]:
        """Return the rows in scope of an action and of their type's own read action."""
        named = kind or TYPES[table]
        return [
            Thing(table, row, kind)
            for row in rows
            if self.may(action, table, row) and self.may(READ[named], table, row)
            if named not in ABOUT or self._sees(row[ABOUT[named]])
        ]

    def _sees(self, record: str) -> bool:
        """Say whether a record, which a row tells of and nothing else, is in sight."""
        rows = [row for row in self.world.all("apprentice_records") if row["id"] == record]
        return bool(self.visible("apprentice_record.read", "apprentice_records", rows))

    def field(self, kind: str, name: str) -> Searched:
        """Return what rows of a type are found by."""
        return SEARCHED[f"{kind}.{name}"]

    def findable(self, field: Searched, at: str) -> bool:
        """Say whether the caller holds what it takes to find rows by a field, anywhere."""
        name = at.partition(".")[2]
        return all(holds(self.principal, action, name) for action in field.actions)

    def readable(self, field: Searched, at: str, thing: Thing) -> bool:
        """Say whether the caller may find this very row by a field's value."""
        asking = (self.principal, self.world, at.partition(".")[2])
        return all(_opens(action, thing, *asking) for action in field.actions)


def _opens(action: str, thing: Thing, principal: Principal, world: World, name: str) -> bool:
    return decide(principal, action, thing.table, thing.row, world, name)


Find = Callable[[Asked, Any, str, Mapping[str, Any]], Any]
Order = Callable[[Row], tuple[Any, ...]]

ABOUT = {"CaseloadItem": "record_id", "InspectedLearner": "record_id"}
"""By the type of rows that tell of a record and are not there without it, their column of it."""
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
    "ApprenticeRecord": "apprentice_record.read",
    "PriceEpisode": "apprentice_record.read_funding",
    "Training": "apprentice_record.read_training",
    "Evidence": "apprentice_record.read_training",
    "Feedback": "apprentice_record.read_training",
    "EndPointAssessment": "apprentice_record.read_epa",
    "AssessmentComponent": "apprentice_record.read_epa",
    "Assignee": "apprentice_record.read_assignees",
    "Caseload": "caseload.read",
    "CaseloadItem": "caseload.read",
    "AssignableUser": "assignable_user.read",
    "Ilr": "apprentice_record.read_ilr",
    "InspectionGroup": "inspection_group.read",
    "InspectionOpening": "inspection_group.read_window",
    "InspectedLearner": "inspection_group.read_members",
    "InspectorAccount": "inspector_account.read",
}

IDENTITY = "apprentice_record.read_identity"
COMMITMENT = "apprentice_record.read_commitment"
FUNDING = "apprentice_record.read_funding"
TRAINING = "apprentice_record.read_training"
EPA = "apprentice_record.read_epa"
ASSIGNEES = "apprentice_record.read_assignees"


def _name_by(column: str) -> Callable[[Asked, Thing], Any]:
    """Find the name, as it is sorted by, of the person that a column names."""

    def name(asked: Asked, thing: Thing) -> Any:
        key = thing.row[column]
        return next(u["name_sort"] for u in asked.world.all("users") if u["id"] == key)

    return name


def _nobody_of_ones_own(asked: Asked, thing: Thing) -> bool:
    """Say whether a record is assigned to nobody of the caller's own side (D1-09)."""
    items = asked.world.all("caseload_items")
    rows = [item for item in items if item["record_id"] == thing.row["id"]]
    return not asked.visible(ASSIGNEES, "caseload_items", rows, "Assignee")


def _detail(action: str, column: str) -> Searched:
    return Searched(action, column, also="apprentice_record.search_details")


SEARCHED = {
    "ApprenticeRecord.lastName": Searched(
        "apprentice_record.read", "last_name", "last_name_sort", "apprentice_record.search"
    ),
    "ApprenticeRecord.uln": Searched(
        "apprentice_record.read", "uln", also="apprentice_record.search"
    ),
    "ApprenticeRecord.email": _detail(IDENTITY, "email"),
    "ApprenticeRecord.dateOfBirth": _detail(IDENTITY, "date_of_birth"),
    "ApprenticeRecord.reference": _detail(COMMITMENT, "reference"),
    "ApprenticeRecord.standardCode": _detail(COMMITMENT, "standard_code"),
    "ApprenticeRecord.deliveryModel": _detail(COMMITMENT, "delivery_model"),
    "ApprenticeRecord.status": _detail(COMMITMENT, "status"),
    "ApprenticeRecord.startDate": _detail(COMMITMENT, "start_date"),
    "ApprenticeRecord.endDate": _detail(COMMITMENT, "end_date"),
    "ApprenticeRecord.cost": _detail(FUNDING, "cost_pence"),
    "ApprenticeRecord.unassigned": Searched(
        ASSIGNEES, also="apprentice_record.search_unassigned", made=_nobody_of_ones_own
    ),
    "Caseload.kind": Searched("caseload.read", "kind"),
    "Caseload.name": Searched("caseload.read", made=_name_by("owner_id")),
    "AssignableUser.name": Searched("assignable_user.read", made=_name_by("user_id")),
    "AssignableUser.kind": Searched("assignable_user.read", "caseload_kind"),
    "Organisation.kind": Searched("organisation.read", "kind"),
    "Organisation.name": Searched("organisation.read", "name", "name_sort"),
    "User.name": Searched("user.read", "name", "name_sort"),
    "User.email": Searched("user.read_contact", "email", "email_sort", folding=capitals_aside),
    "User.status": Searched("user.read_contact", "status"),
}


def identifier() -> Find:
    """The id of a row: whoever has the row has its id."""
    return lambda _asked, thing, _at, _args: global_id(thing.table, thing.row["id"], thing.kind)


def value(action: str, column: str, write: Callable[[Any], Any] = lambda stored: stored) -> Find:
    """Find a column of the row, guarded on this very row."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> object:
        asked.demand(action, thing, at)
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


def paged(
    action: str, table: str, *order: str, keep: Callable[[Row], bool] = lambda _row: True
) -> Find:
    """Find a page of the rows of this account, in order, behind the gate at the parent."""
    return of_organisation(action, table, keep=keep, key="organisation_id", order=by(*order, "id"))


def of_organisation(
    action: str,
    table: str,
    *,
    kind: str | None = None,
    column: str = "organisation_id",
    key: str = "id",
    order: Order | None = None,
    asked_as: Mapping[str, Any] | None = None,
    keep: Callable[[Row], bool] = lambda _row: True,
) -> Find:
    """Find a page of the rows whose column names an organisation, behind the gate at that one."""

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        _gate(asked, action, thing, at, key)
        rows = [r for r in asked.world.all(table) if r[column] == thing.row[key] and keep(r)]
        things = asked.visible(action, table, sorted(rows, key=order or by("id")), kind)
        return _found(asked, kind or TYPES[table], things, at, args, asked_as)

    return find


def _found(
    asked: Asked,
    kind: str,
    things: list[Thing],
    at: str,
    args: Mapping[str, Any],
    order: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return a page of rows that come in an order which can be asked for, too."""
    if order is not None:
        things = sorted_by(asked, kind, things, order)
    return found_page(asked, kind, things, at, args, default=order)


BY_NAME = {"field": "NAME", "direction": "ASC"}


def root_list(
    action: str, table: str, *order: str, asked_as: Mapping[str, Any] | None = None
) -> Find:
    """Find a page of every row of a type that the caller may see: filtered, in order or sorted."""

    def find(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        if not holds(asked.principal, action):
            raise forbidden(at)
        rows = sorted(asked.world.all(table), key=by(*order, "id"))
        things = asked.visible(action, table, rows)
        return _found(asked, TYPES[table], things, at, args, asked_as)

    return find


def parts(action: str, table: str, *order: str, kind: str | None = None) -> Find:
    """Find the rows that are part of this one's record, refused on this very row, in order."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[Thing]:
        asked.demand(action, thing, at)
        of = thing.row["id" if thing.table == "apprentice_records" else "record_id"]
        rows = [row for row in asked.world.all(table) if row["record_id"] == of]
        return asked.visible(action, table, sorted(rows, key=by(*order, "id")), kind)

    return find


def part(action: str, table: str) -> Find:
    """Find the one row that is part of this record, if there is one."""
    several = parts(action, table)

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> Thing | None:
        return next(iter(several(asked, thing, at, args)), None)

    return find


def pages_of(find_all: Find) -> Find:
    """Find a page of what another way finds whole."""

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> dict[str, Any]:
        return page(find_all(asked, thing, at, args), args, at, asked.open_cursor)

    return find


def card(action: str, table: str, on: str, **columns: str) -> Find:
    """Find what this row shows of the row that a column names, itself in sight or not.

    What shows the column `id` is the global id of that row.
    """

    def find(
        asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        asked.demand(action, thing, at)
        row = asked.world.get(table, thing.row[on])
        if row is None:
            return None
        return {
            name: global_id(table, row["id"]) if column == "id" else row[column]
            for name, column in columns.items()
        }

    return find


def organisation_card(action: str, on: str) -> Find:
    """Find an organisation as another row names it."""
    shown = {"organisationId": "id", "name": "name", "kind": "kind", "ukprn": "ukprn"}
    return card(action, "organisations", on, **shown)


def person_card(action: str, on: str) -> Find:
    """Find a person as a list to choose from names them."""
    shown = {"userId": "id", "name": "name", "initials": "initials", "avatar": "avatar"}
    return card(action, "users", on, **shown)


def shown(action: str, table: str, on: str, column: str) -> Find:
    """Find a column of the row that a column names, guarded on this row."""
    whole = card(action, table, on, it=column)

    def find(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> object:
        found = whole(asked, thing, at, args)
        return None if found is None else found["it"]

    return find


def by_id(action: str, table: str) -> Find:
    """Find one row of a type by its global id: role first, then the id, then the row."""

    def find(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> Thing:
        if not holds(asked.principal, action):
            raise forbidden(at)
        parsed = parse_id(args["id"])
        if parsed is None or parsed[0] != table or args["id"][:3] in OTHERS:
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


def _seen(asked: Asked, table: str, key: str, at: str, kind: str | None = None) -> Thing:
    row = asked.world.get(table, key)
    if row is None or not asked.may(READ[kind or TYPES[table]], table, row):
        raise not_found(at)
    return Thing(table, row, kind)


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
    if len(texts) > LARGEST_PAGE:
        raise bad_input(at)
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
    kind = OTHERS.get(text[:3])
    if not holds(asked.principal, READ[kind or TYPES[parsed[0]]]):
        raise forbidden(at)
    return _seen(asked, *parsed, at, kind)


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


def linked(action: str) -> Find:
    """Find a link to the document of the row, guarded on this very row."""

    def find(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> dict[str, Any]:
        if not asked.may(action, thing.table, thing.row):
            raise forbidden(at)
        return {
            "url": f"{LINK}{thing.row['id']}",
            "expiresAt": instant(asked.principal.now + LINK_LIVES),
        }

    return find


def _unassigned(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> bool:
    if not asked.may(ASSIGNEES, thing.table, thing.row):
        raise forbidden(at)
    return _nobody_of_ones_own(asked, thing)


def _stands(asked: Asked, thing: Thing) -> str:
    """Say where an invitation stands: EXPIRED from its end on (A18)."""
    over = thing.row["expires_at"] <= asked.principal.now
    return "EXPIRED" if thing.row["status"] == "PENDING" and over else str(thing.row["status"])


def _invitation_status(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> str:
    asked.demand("invitation.read", thing, at)
    return _stands(asked, thing)


SEARCHED["Invitation.status"] = Searched("invitation.read", made=_stands)

ACTIONS = {
    "Organisation": (
        "employer_account.rename",
        "paye_scheme.add",
        "legal_entity.add",
        "team.invite",
        "team.leave",
        "inspection_group.create",
    ),
    "PayeScheme": ("paye_scheme.remove",),
    "LegalEntity": ("legal_entity.remove",),
    "Agreement": ("agreement.accept",),
    "RoleGrant": ("team.change_role", "team.remove"),
    "Invitation": ("invitation.cancel",),
    "User": ("employer_account.create", "inspector_account.register", "invitation.accept"),
    "ApprenticeRecord": (
        "apprentice_record.assign",
        "apprentice_record.unassign",
        "apprentice_record.edit_training",
        "apprentice_record.edit_epa",
        "apprentice_record.edit_ilr",
        "apprentice_record.verify_ilr",
    ),
    "InspectionGroup": (
        "inspection_group.add_learners",
        "inspection_group.remove_learners",
        "inspection_group.open",
        "inspection_group.close",
        "inspector_account.create",
    ),
    "InspectorAccount": (
        "inspector_account.edit",
        "inspector_account.activate",
        "inspector_account.rotate_credentials",
        "inspector_account.cancel",
        "inspector_account.reactivate",
        "inspector_account.archive",
    ),
}
"""What can be done with a thing there is."""
ALONE = ACTIONS["User"]
"""What can be done with nothing there: it is told of the caller themselves."""


def _allowed_actions(asked: Asked, thing: Thing, at: str, _args: Mapping[str, Any]) -> list[str]:
    if not asked.may(READ[thing.type_name], thing.table, thing.row):
        raise forbidden(at)
    actions = [each for each in ACTIONS[thing.type_name] if asked.may(each, thing.table, thing.row)]
    return sorted(action.upper().replace(".", "_") for action in actions)


def _own_actions(asked: Asked, _root: object, at: str, _args: Mapping[str, Any]) -> list[str]:
    if not holds(asked.principal, "user.read_rights"):
        raise forbidden(at)
    return [enum(action) for action in ALONE if holds(asked.principal, action)]


def _can(asked: Asked, thing: Thing, at: str, args: Mapping[str, Any]) -> bool:
    if not asked.may("user.read_rights", thing.table, thing.row):
        raise forbidden(at)
    actions = {enum(line.action): line.action for line in policy_lines()}
    action, place = actions[args["action"]], args.get("organisationId")
    if place is None:
        if action not in ALONE:
            raise bad_input(at)
        return holds(asked.principal, action)
    parsed = parse_id(place)
    if parsed is None or parsed[0] != "organisations":
        raise bad_input(at)
    return may_act(asked.principal, action, parsed[1], asked.world)


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
    "Query.allowedActions": _own_actions,
    "Query.organisation": by_id("organisation.read", "organisations"),
    "Query.organisations": root_list(
        "organisation.read", "organisations", "name_sort", asked_as=BY_NAME
    ),
    "Query.user": by_id("user.read", "users"),
    "Query.users": root_list("user.read", "users", "name_sort", asked_as=BY_NAME),
    "Query.apprenticeRecord": by_id("apprentice_record.read", "apprentice_records"),
    "Query.apprenticeRecords": root_list(
        "apprentice_record.read", "apprentice_records", "last_name_sort"
    ),
    "Query.caseload": by_id("caseload.read", "caseloads"),
    "Query.caseloads": root_list("caseload.read", "caseloads", asked_as=BY_NAME),
    "Query.roles": _roles,
    "Query.policy": _policy,
    "Organisation.id": identifier(),
    **_values("Organisation", {"kind": "kind", "name": "name"}),
    "Organisation.account": _account,
    "Organisation.caseloads": of_organisation("caseload.read", "caseloads", asked_as=BY_NAME),
    "Organisation.assignableUsers": of_organisation(
        "assignable_user.read", "role_grants", kind="AssignableUser", asked_as=BY_NAME
    ),
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
    "EmployerAccount.apprenticeships": of_organisation(
        "apprenticeship.read",
        "apprentice_records",
        column="employer_id",
        key="organisation_id",
        order=by("last_name_sort", "id"),
    ),
    "EmployerAccount.team": paged(
        "team.read", "role_grants", keep=lambda row: row["system"] == "employer_account"
    ),
    "EmployerAccount.invitations": paged("invitation.read", "invitations", "email_sort"),
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
    "Agreement.document": linked("agreement.download"),
    "Agreement.legalEntity": one("legal_entity.read", "legal_entities", "legal_entity_id"),
    "Agreement.history": many("agreement.read", "agreement_events", "agreement_id", by("at", "id")),
    **_values("AgreementEvent", {"status": "status", "by": "by"}),
    **_instants("AgreementEvent", {"at": "at"}),
    "Invitation.id": identifier(),
    **_values("Invitation", {"email": "email", "name": "name"}),
    "Invitation.status": _invitation_status,
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
    "ApprenticeRecord.id": identifier(),
    **_values(
        "ApprenticeRecord", {"firstName": "first_name", "lastName": "last_name", "uln": "uln"}
    ),
    "ApprenticeRecord.email": value(IDENTITY, "email"),
    "ApprenticeRecord.dateOfBirth": value(IDENTITY, "date_of_birth"),
    "ApprenticeRecord.apprentice": one("user.read", "users", "apprentice_id"),
    **{
        f"ApprenticeRecord.{field}": value(COMMITMENT, column)
        for field, column in {
            "reference": "reference",
            "standardCode": "standard_code",
            "standardTitle": "standard_title",
            "standardVersion": "standard_version",
            "standardOption": "standard_option",
            "deliveryModel": "delivery_model",
            "status": "status",
            "startDate": "start_date",
            "endDate": "end_date",
            "pauseDate": "pause_date",
            "stopDate": "stop_date",
            "completionDate": "completion_date",
        }.items()
    },
    "ApprenticeRecord.employer": organisation_card(COMMITMENT, "employer_id"),
    "ApprenticeRecord.provider": organisation_card(COMMITMENT, "provider_id"),
    "ApprenticeRecord.epao": organisation_card(COMMITMENT, "epao_id"),
    "ApprenticeRecord.cost": value(FUNDING, "cost_pence"),
    "ApprenticeRecord.trainingPrice": value(FUNDING, "training_price_pence"),
    "ApprenticeRecord.endPointAssessmentPrice": value(FUNDING, "assessment_price_pence"),
    "ApprenticeRecord.priceHistory": parts(FUNDING, "price_episodes", "from_date"),
    "ApprenticeRecord.training": part(TRAINING, "trainings"),
    "ApprenticeRecord.ilr": part("apprentice_record.read_ilr", "ilrs"),
    "ApprenticeRecord.epa": part(EPA, "end_point_assessments"),
    "ApprenticeRecord.assignees": parts(ASSIGNEES, "caseload_items", "kind", kind="Assignee"),
    "ApprenticeRecord.unassigned": _unassigned,
    "Assignee.kind": value(ASSIGNEES, "kind"),
    "Assignee.initials": shown(ASSIGNEES, "users", "owner_id", "initials"),
    "Assignee.avatar": shown(ASSIGNEES, "users", "owner_id", "avatar"),
    **_values(
        "PriceEpisode",
        {
            "fromDate": "from_date",
            "toDate": "to_date",
            "cost": "cost_pence",
            "trainingPrice": "training_price_pence",
            "endPointAssessmentPrice": "assessment_price_pence",
        },
    ),
    **_values(
        "Training",
        {
            "progressPercent": "progress_percent",
            "plannedHours": "planned_hours",
            "loggedHours": "logged_hours",
            "nextReviewOn": "next_review_on",
            "editVersion": "revision",
        },
    ),
    "Training.evidence": pages_of(parts(TRAINING, "evidence", "submitted_at")),
    "Training.feedback": pages_of(parts(TRAINING, "feedback", "at")),
    "Evidence.id": identifier(),
    **_values("Evidence", {"title": "title", "kind": "kind", "status": "status"}),
    **_instants("Evidence", {"submittedAt": "submitted_at"}),
    "Evidence.content": linked(TRAINING),
    **_values("Feedback", {"text": "text", "by": "by"}),
    **_instants("Feedback", {"at": "at"}),
    **_values(
        "EndPointAssessment",
        {
            "gatewayStatus": "gateway_status",
            "gatewayOn": "gateway_on",
            "grade": "grade",
            "certificateNumber": "certificate_number",
            "editVersion": "revision",
        },
    ),
    "EndPointAssessment.components": parts(EPA, "assessment_components", "taken_on"),
    **_values(
        "AssessmentComponent",
        {"name": "name", "attempt": "attempt", "takenOn": "taken_on", "outcome": "outcome"},
    ),
    "Caseload.id": identifier(),
    **_values("Caseload", {"kind": "kind"}),
    "Caseload.owner": person_card("caseload.read", "owner_id"),
    "Caseload.organisation": organisation_card("caseload.read", "organisation_id"),
    "Caseload.items": pages_of(
        many("caseload.read", "caseload_items", "caseload_id", by("assigned_at", "id"))
    ),
    "CaseloadItem.record": one("apprentice_record.read", "apprentice_records", "record_id"),
    **_instants("CaseloadItem", {"assignedAt": "assigned_at"}),
    "CaseloadItem.assignedBy": card("caseload.read", "users", "assigned_by_id", name="name"),
    **_values("AssignableUser", {"kind": "caseload_kind"}),
    "AssignableUser.user": person_card("assignable_user.read", "user_id"),
    "AssignableUser.organisation": organisation_card("assignable_user.read", "organisation_id"),
}
"""Every guarded coordinate; the rest are values inside of an answer that was decided whole."""
