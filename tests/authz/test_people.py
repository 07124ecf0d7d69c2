"""From a token's subject to what they hold: grants, principals, scopes and permission classes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from authz.decision import Path, Shape
from authz.permissions import ActionPermission, permission, published_policy
from authz.policy import PolicyError
from authz.rows.bindings import SCOPES
from authz.rows.grants import GrantReader
from authz.rows.principal import SIGNED_IN, Identity, Principal, Unauthenticated
from authz.rows.scopes import Binding
from db.drivers.database import Database
from db.models import (
    AgreementEvent,
    ApprenticeRecord,
    AssessmentComponent,
    Caseload,
    CaseloadItem,
    EndPointAssessment,
    Evidence,
    Feedback,
    Ilr,
    InspectionGroup,
    InspectionOpening,
    Organisation,
    PayeScheme,
    PriceEpisode,
    RoleGrant,
    Training,
    User,
)
from db.seed.demo.fixed import demo_key, organisation_key, user_key
from engine.errors import Refusal
from worlds import NOW

OWNER, AAN = Shape("employer_account.owner"), Shape("employer_account.aan")
ALDER, BIRCH = organisation_key("alder"), organisation_key("birch")


async def principal(url: str, subject: str, now: int = NOW) -> Principal:
    database = Database(url)
    await database.connect()
    try:
        async with database.reading() as reader:
            found = await GrantReader(database).principal(reader, Identity(subject), now)
            assert reader.statements == 1
            return found
    finally:
        await database.close()


def held(found: Principal) -> dict[str, list[str]]:
    return {shape.role.split(".")[1]: list(places) for shape, places in found.organisations.items()}


async def test_each_subject_of_the_demo_world(shared_database):
    url = shared_database[1]
    olga = await principal(url, "olga")
    assert (olga.user, held(olga), olga.invited) == (user_key("olga"), {"owner": [ALDER]}, False)
    tariq = await principal(url, "tariq")
    assert held(tariq) == {"transactor": [ALDER], "owner": [BIRCH]}
    assert tariq.everywhere() == tuple(sorted((ALDER, BIRCH)))
    tina = await principal(url, "tina")
    assert list(tina.organisations) == [Shape("inspection_access.tutor", ("MANAGE_ILR",))]
    lou = await principal(url, "lou")
    assert (lou.user, held(lou), lou.invited, lou.fingerprint) == (user_key("lou"), {}, True, ())
    nobody = await principal(url, "auth0|nobody")
    assert (nobody.user, held(nobody), nobody.fingerprint) == (None, {}, (SIGNED_IN,))
    # a subject is compared as it stands
    for other in ("OLGA", "olga ", "ol%", "", "l1"):
        assert (await principal(url, other)).user is None


async def test_whose_caseloads_are_read_with_their_grants(shared_database):
    url = shared_database[1]

    async def loads(subject):
        found = await principal(url, subject)
        return {shape.role: list(ids) for shape, ids in found.caseloads.items()}

    def load(kind, owner):
        return [demo_key(f"caseload:{kind}:prov:{owner}")]

    coordinator, tutor = "record_assignment.training_coordinator", "inspection_access.tutor"
    assert await loads("kim") == {coordinator: load("TRAINING_COORDINATOR", "kim")}
    assert await loads("tina") == {tutor: load("CASE_OWNER", "tina")}
    assert await loads("robin") == {
        coordinator: load("TRAINING_COORDINATOR", "robin"),
        tutor: load("CASE_OWNER", "robin"),
    }
    for nobodys in ("leo", "max", "sue", "olga", "lou", "auth0|nobody"):
        assert await loads(nobodys) == {}


CHANGES = {
    "as it was": ("", [ALDER]),
    "before it starts": ("UPDATE role_grants SET starts_at = :after", None),
    "at its start": ("UPDATE role_grants SET starts_at = :now", [ALDER]),
    "a moment before its end": ("UPDATE role_grants SET ends_at = :after", [ALDER]),
    "at its end": ("UPDATE role_grants SET ends_at = :now", None),
    "at a closed organisation": ("UPDATE organisations SET status = 'CLOSED'", None),
    "at a kind where the role means nothing": ("UPDATE organisations SET kind = 'EPAO'", None),
    "of an unknown role": ("UPDATE role_grants SET role = 'employer_account.emperor'", None),
}


@pytest.mark.parametrize(("change", "places"), CHANGES.values(), ids=CHANGES)
async def test_which_grants_count(world, change, places):
    if change:
        values = {"now": NOW, "after": NOW + 1}
        await world.sql(change, **{k: v for k, v in values.items() if f":{k}" in change})
    found = await principal(world.url, "olga")
    assert held(found) == ({"owner": places} if places else {})
    assert found.fingerprint == ((OWNER, SIGNED_IN) if places else (SIGNED_IN,))


@pytest.mark.parametrize(
    "status", ["INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED", "UNHEARD_OF"]
)
async def test_who_may_not_sign_in(world, status):
    await world.sql("UPDATE users SET status = :status WHERE subject = 'olga'", status=status)
    with pytest.raises(Unauthenticated) as raised:
        await principal(world.url, "olga")
    assert raised.value.reason == f"user_{status.lower()}"
    assert (await principal(world.url, "otis")).user


async def test_permissions_are_part_of_a_shape_whatever_their_order(world):
    await world.sql(
        "UPDATE role_grants SET permissions = ' MANAGE_ILR  ANOTHER ' WHERE permissions <> ''"
    )
    tina = await principal(world.url, "tina")
    assert list(tina.organisations) == [Shape("inspection_access.tutor", ("ANOTHER", "MANAGE_ILR"))]


def test_a_principal_keeps_ids_out_of_the_fingerprint():
    one = Principal("a", "u1", {OWNER: ("x",), AAN: ("y", "x")})
    two = Principal("b", "u2", {AAN: ("z",), OWNER: ("x",)})
    assert one.fingerprint == two.fingerprint == (AAN, OWNER, SIGNED_IN)
    assert one.holding(AAN) == ("y", "x")
    assert one.holding(Shape("employer_account.viewer")) == ()
    assert one.everywhere() == ("x", "y")
    invited = Principal("c", "u3", {OWNER: ("x",)}, invited=True)
    assert invited.fingerprint == ()


def test_an_identity_is_who_and_nothing_more():
    assert Identity("olga") == Identity("olga", None, email_verified=False)
    assert Unauthenticated("because").reason == "because"


def binding(model, scope, role="employer_account.owner"):
    """What a scope means for who holds it by a role; None where it means nothing there."""
    found = SCOPES.of(model).of_role(role, scope)
    assert len(found) <= 1
    return found[0] if found else None


def test_what_each_scope_binds():
    me = Principal("olga", "u1", {OWNER: ("a",), AAN: ("b",)})
    nobody = Principal("auth0|nobody")
    at, own = Path(OWNER, "organisation"), Path(SIGNED_IN, "self")
    assert list(binding(PayeScheme, "organisation").values(me, at)) == ["a"]
    assert list(binding(Organisation, "self").values(me, own)) == ["a", "b"]
    assert list(binding(User, "self").values(me, own)) == ["u1"]
    for model, path in ((PayeScheme, at), (Organisation, own), (User, own), (RoleGrant, own)):
        assert list(binding(model, path.scope).values(nobody, path)) == []


def test_anchors_are_the_columns_that_relations_hang_on():
    assert binding(PayeScheme, "organisation").anchor == "organisation_id"
    assert binding(AgreementEvent, "organisation").anchor == "organisation_id"
    assert binding(RoleGrant, "self").anchor == "user_id"
    assert binding(RoleGrant, "organisation").anchor == "organisation_id"
    assert binding(User, "organisation").anchor is None


# The parties of a record (I18, D1-08 «the caller's own side»): whose organisation it is by kind.
SIDES = {
    "employer_account.owner": ("employer_id", False),
    "inspection_access.employer_user": ("employer_id", False),
    "inspection_access.superuser": ("provider_id", False),
    "record_assignment.epao_admin": ("epao_id", True),
    "record_assignment.senior_assessor": ("epao_id", True),
    "record_assignment.provider_admin": ("provider_id", False),
    "record_assignment.training_manager": ("provider_id", False),
}


@pytest.mark.parametrize("role", SIDES)
def test_the_organisation_of_a_record_is_the_one_of_the_roles_side(role):
    bound = binding(ApprenticeRecord, "organisation", role)
    assert (bound.anchor, bound.optional) == SIDES[role]
    absent = str(bound.remainder(ApprenticeRecord.__table__))
    assert ("IS NOT NULL" in absent) is bound.optional


def test_a_side_without_a_meaning_is_bound_to_nothing():
    partner = "careers_register.partner"
    assert binding(ApprenticeRecord, "organisation", partner) is None
    assert binding(ApprenticeRecord, "organisation", "no.such_role") is None
    assert binding(ApprenticeRecord, "area") is None
    path = Path(Shape(partner), "organisation")
    assert SCOPES.of(ApprenticeRecord).of(path) is None


def test_a_caseload_binds_the_callers_own_loads_of_the_role():
    tutor = Shape("inspection_access.tutor")
    kim = Principal("kim", "u1", {tutor: ("a",)}, caseloads={tutor: ("l1",)})
    bound = binding(ApprenticeRecord, "caseload", tutor.role)
    assert bound.anchor is None
    assert list(bound.values(kim, Path(tutor, "caseload"))) == ["l1"]
    assert list(bound.values(kim, Path(OWNER, "caseload"))) == []
    assert binding(Caseload, "caseload").anchor == "id"
    assert binding(CaseloadItem, "caseload").anchor == "caseload_id"


INSPECTOR, VIEW_ALL = "inspection_access.inspector", "VIEW_ALL_IN_ASSIGNED_GROUP"


@pytest.mark.parametrize(
    ("attributes", "anchor", "ids"),
    [
        (("CONSOLE", VIEW_ALL), None, ["o1"]),
        (("CONSOLE",), None, []),
        (("ALL_LEARNERS", "CONSOLE", VIEW_ALL), "provider_id", ["a"]),
        (("ALL_LEARNERS", "CONSOLE"), "provider_id", []),
    ],
)
def test_a_group_binds_the_learners_of_the_openings_in_force(attributes, anchor, ids):
    """D4-14: without the permission scope is the own caseload, which is empty; D4-20 for all."""
    shape = Shape(INSPECTOR, attributes)
    path = Path(shape, "group")
    ivy = Principal("ivy", "u1", {shape: ("a",)}, openings={shape: ("o1",)})
    bound = SCOPES.of(ApprenticeRecord).of(path)
    assert bound.anchor == anchor
    assert list(bound.values(ivy, path)) == ids
    closed = Principal("ivy", "u1", {Shape(INSPECTOR, ("CONSOLE", VIEW_ALL)): ("a",)})
    assert list(bound.values(closed, path)) == []
    for model in (InspectionGroup, InspectionOpening):  # the group itself needs no permission
        own = SCOPES.of(model).of(path)
        assert list(own.values(ivy, path)) == ["o1"]
        assert list(own.values(closed, path)) == []


def test_a_group_has_two_meanings_for_an_inspector():
    records = SCOPES.of(ApprenticeRecord)
    assert {bound.anchor for bound in records.of_role(INSPECTOR, "group")} == {None, "provider_id"}


@pytest.mark.parametrize(
    "model",
    [AssessmentComponent, EndPointAssessment, Evidence, Feedback, Ilr, PriceEpisode, Training],
)
def test_the_parts_of_a_record_lie_where_it_lies(model):
    whole, parts = SCOPES.of(ApprenticeRecord).scopes, SCOPES.of(model).scopes
    assert parts.keys() == whole.keys() == {"everything", "organisation", "caseload", "group"}
    for role in SIDES:
        part, record = (binding(each, "organisation", role) for each in (model, ApprenticeRecord))
        assert part.values is record.values
        assert part.anchor is None


def test_a_scope_that_means_nothing_is_bound_to_nothing():
    assert SCOPES.of(PayeScheme).scopes.keys() == {"everything", "organisation"}
    assert SCOPES.conditions_of(PayeScheme) == {}


def test_a_scope_is_bound_by_an_anchor_or_by_a_set_of_ids():
    values = binding(PayeScheme, "organisation").values
    for wrong in ({}, {"anchor": "id", "ids": lambda _: select(PayeScheme.id)}):
        with pytest.raises(ValueError, match="anchor"):
            Binding(values, **wrong)


def test_no_two_shapes_share_a_parameter():
    scope = binding(PayeScheme, "organisation")
    shapes = [
        Shape("inspection_access.tutor"),
        Shape("inspection_access.tutor", ("MANAGE_ILR",)),
        Shape("inspection_access.tutor", ("ILR", "MANAGE")),
        Shape("inspection_access.tutor_manage_ilr"),
        OWNER,
        AAN,
    ]
    names = [scope.parameter(Path(shape, "organisation")) for shape in shapes]
    assert len(set(names)) == len(shapes)
    assert all(name.isidentifier() and name.islower() for name in names)
    assert binding(User, "self").parameter(Path(SIGNED_IN, "self")) == "caller"


def test_a_scope_is_constant_text_over_one_parameter(shared_database):
    database = Database(shared_database[1])
    for model, scope in ((User, "organisation"), (RoleGrant, "self"), (PayeScheme, "organisation")):
        where = binding(model, scope).predicate(model.__table__, "ids")
        statement = database.compile(select(model.__table__.c.id).where(where))
        assert len(statement.bind({"ids": ["a"], "now": 1})) == len(
            statement.bind({"ids": [], "now": 1})
        )
        with pytest.raises(KeyError, match="ids"):
            statement.bind({"now": 1})


class _Context:
    def __init__(self, answer: Refusal | None) -> None:
        self.answer, self.asked = answer, []

    def refusal(self, action, source, _info):
        self.asked.append((action, source))
        return self.answer


class _Info:
    def __init__(self, context: _Context) -> None:
        self.context = context


def test_a_permission_class_asks_the_context_and_raises_its_refusal():
    made = permission("agreement.read", published_policy())
    assert issubclass(made, ActionPermission)
    assert made.__name__ == "AgreementReadPermission"
    assert made.__doc__ == "agreement.read (D0-M03)."
    assert made is permission("agreement.read", published_policy())
    allowed = _Context(None)
    assert made().has_permission("row", _Info(allowed)) is True
    assert allowed.asked == [("agreement.read", "row")]
    with pytest.raises(Refusal, match="no"):
        made().has_permission("row", _Info(_Context(Refusal("FORBIDDEN", "no"))))


def test_an_action_that_no_matrix_holds_has_no_permission_class():
    with pytest.raises(PolicyError, match=r"agreement\.reed"):
        permission("agreement.reed", published_policy())
    assert published_policy() is published_policy()
