"""The demo world holds exactly what the fixture of the scenarios names, and never changes."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from db import models
from db.base import Base
from db.drivers.database import Database
from db.seed.demo import PEOPLE, NotEmpty, demo_key, seed_demo

# By hand from the fixture: organisation → role → who holds it there.
GRANTS = {
    "Alder": {
        "employer_account.owner": "Olga Otis",
        "employer_account.transactor": "Tariq",
        "employer_account.viewer": "Vera",
        "employer_account.aan": "Aisha",
        "inspection_access.employer_user": "Eric",
    },
    "Birch": {
        "employer_account.owner": "Tariq",
        "employer_account.transactor": "Tess",
        "employer_account.viewer": "Vic",
        "employer_account.aan": "Ana",
    },
    "Cherry": {"employer_account.owner": "Cora", "employer_account.viewer": "Robin"},
    "Dogwood": {"employer_account.owner": "Robin"},
    "Elm": {"employer_account.owner": "Ellis"},
    "Prov": {
        "training_provider.provider_user": "Petra",
        "inspection_access.tutor": "Robin Tina",
        "inspection_access.superuser": "Sue",
        "record_assignment.training_coordinator": "Kim Leo Lou Robin",
        "record_assignment.training_manager": "Max",
    },
    "Epa": {
        "record_assignment.epao_super_admin": "Sam",
        "record_assignment.epao_admin": "Ade",
        "record_assignment.senior_assessor": "Sen",
        "record_assignment.assessor": "Abe Abi Ann",
    },
    "North": {
        "careers_register.partner": "Pat1 Pat2 Pat3 Pat4 Pat5",
        "careers_register.enterprise_coordinator": "Eve Ewan",
    },
    "South": {"careers_register.partner": "Sid"},
    "Delta": {"careers_register.sub_contractor": "Dan"},
    "CEC": {
        "careers_register.cec_staff": "Stan",
        "careers_register.network_operations": "Nia",
        "careers_register.admin": "Alma",
    },
    "C1": {"training_management.individual": "Indy", "training_management.manager": "Mona"},
    "TP": {
        "training_management.training_administrator": "Tia",
        "training_management.super_administrator": "Sal",
    },
}
ORGANISATIONS = {
    "EMPLOYER": ["Alder", "Birch", "C1", "C2", "Cherry", "Dogwood", "Elm"],
    "TRAINING_PROVIDER": ["Prov", "Prov Two", "TP"],
    "EPAO": ["Epa", "Epa Two"],
    "PARTNER": ["North", "South"],
    "SUBCONTRACTOR": ["Delta"],
    "INSTITUTION": ["I1", "I2", "I3"],
    "CEC": ["CEC"],
}
WITHOUT_SIGN_IN = {"EA1", "EA2", "EA3", "L1", "L2", "L3", "L4", "L5", "L6"}
INVITED = {"Lou", "Abi", "Ivy", "Art"}


async def test_organisations(fetch):
    found = {}
    for kind, name in await fetch(
        select(models.Organisation.kind, models.Organisation.name).order_by(
            models.Organisation.name_sort
        )
    ):
        found.setdefault(kind, []).append(name)
    assert found == ORGANISATIONS
    parent = aliased(models.Organisation)
    children = select(models.Organisation.name, parent.name).join(
        parent, parent.id == models.Organisation.parent_id
    )
    assert set(await fetch(children)) == {(name, "North") for name in ("Delta", "I1", "I2", "I3")}
    prov = select(models.Organisation.ukprn).where(models.Organisation.name == "Prov")
    assert await fetch(prov) == [("10000001",)]
    assert not await fetch(
        select(models.Organisation.id).where(models.Organisation.status != "OPEN")
    )


async def test_accounts_and_levy(fetch):
    query = select(models.Organisation.name, models.EmployerAccount.levy_status).join(
        models.EmployerAccount, models.EmployerAccount.organisation_id == models.Organisation.id
    )
    levy = dict(await fetch(query))
    assert set(levy) == {"Alder", "Birch", "Cherry", "Dogwood", "Elm"}
    assert (levy["Alder"], levy["Birch"]) == ("LEVY", "NON_LEVY")


async def test_people(fetch):
    rows = await fetch(
        select(
            models.User.id,
            models.User.subject,
            models.User.name,
            models.User.email,
            models.User.status,
        )
    )
    named = {
        name for roles in GRANTS.values() for names in roles.values() for name in names.split()
    }
    assert {row[2] for row in rows} == named | WITHOUT_SIGN_IN | INVITED
    for key, subject, name, email, status in rows:
        handle = name.lower()
        assert key == demo_key(f"user:{handle}")
        assert email == f"{handle}@example.test"
        assert subject == (None if name in WITHOUT_SIGN_IN else handle)
        assert status == ("INVITED" if name in INVITED else "ACTIVE")


async def test_grants(fetch):
    query = (
        select(
            models.Organisation.name,
            models.RoleGrant.role,
            models.User.name,
            models.RoleGrant.system,
            models.RoleGrant.permissions,
            models.RoleGrant.ends_at,
        )
        .join(models.RoleGrant, models.RoleGrant.organisation_id == models.Organisation.id)
        .join(models.User, models.User.id == models.RoleGrant.user_id)
        .order_by(models.User.name)
    )
    found = {}
    for organisation, role, user, system, permissions, ends_at in await fetch(query):
        roles = found.setdefault(organisation, {})
        roles[role] = f"{roles[role]} {user}" if role in roles else user
        assert role.startswith(f"{system}.")
        assert permissions == ("MANAGE_ILR" if user == "Tina" else "")
        assert ends_at is None
    assert found == GRANTS


async def test_records_and_who_has_them(fetch):
    employer, provider, epao = (aliased(models.Organisation) for _ in range(3))
    record = models.ApprenticeRecord
    query = (
        select(record.reference, employer.name, provider.name, epao.name, models.User.name)
        .join(employer, employer.id == record.employer_id)
        .join(provider, provider.id == record.provider_id)
        .outerjoin(epao, epao.id == record.epao_id)
        .outerjoin(models.User, models.User.id == record.apprentice_id)
        .order_by(record.reference)
    )
    rows = await fetch(query)
    assert rows[:8] == [
        ("APP-0001", "Alder", "Prov", "Epa", "L1"),
        ("APP-0002", "Alder", "Prov", "Epa", "L2"),
        ("APP-0003", "Alder", "Prov", "Epa", "L3"),
        ("APP-0004", "Birch", "Prov", "Epa", "L4"),
        ("APP-0005", "Birch", "Prov", "Epa", "L5"),
        ("APP-0006", "Birch", "Prov", "Epa", "L6"),
        ("APP-0007", "Cherry", "Prov", None, None),
        ("APP-0008", "Dogwood", "Prov", None, None),
    ]
    assert len(rows) == 60
    assert {row[1:] for row in rows[8:]} == {("Elm", "Prov Two", "Epa Two", None)}

    item, caseload = models.CaseloadItem, models.Caseload
    assigned = {}
    for kind, repeated, organisation, owner, reference in await fetch(
        select(caseload.kind, item.kind, employer.name, models.User.name, record.reference)
        .join(item, item.caseload_id == caseload.id)
        .join(record, record.id == item.record_id)
        .join(employer, employer.id == caseload.organisation_id)
        .join(models.User, models.User.id == caseload.owner_id)
        .order_by(record.reference)
    ):
        assert kind == repeated
        assigned.setdefault((kind, organisation, owner), []).append(int(reference[-4:]))
    assert assigned == {
        ("ASSESSOR", "Epa", "Ann"): [1, 2],
        ("ASSESSOR", "Epa", "Abe"): [3],
        ("TRAINING_COORDINATOR", "Prov", "Kim"): [1, 2],
        ("TRAINING_COORDINATOR", "Prov", "Robin"): [7, 8],
        ("CASE_OWNER", "Prov", "Tina"): [1, 2, 3, 4],
        ("CASE_OWNER", "Prov", "Robin"): [7],
    }


async def test_agreements_and_their_history(fetch):
    agreement, event = models.Agreement, models.AgreementEvent
    of = select(models.Organisation.name, agreement.status, agreement.signed_by).join(
        agreement, agreement.organisation_id == models.Organisation.id
    )
    found = await fetch(of.order_by(models.Organisation.name, agreement.offered_at))
    assert [row for row in found if row[0] in {"Alder", "Birch"}] == [
        ("Alder", "SIGNED", "Olga"),
        ("Alder", "PENDING", None),
        ("Birch", "SIGNED", "Tariq"),
    ]
    rows = await fetch(
        select(
            agreement.id, agreement.status, agreement.offered_at, event.status, event.at, event.by
        )
        .join(event, event.agreement_id == agreement.id)
        .where(event.organisation_id == agreement.organisation_id)
        .order_by(agreement.id, event.at)
    )
    histories = {}
    for row in rows:
        histories.setdefault(row[:3], []).append(row[3:])
    assert len(histories) == len(found)
    for (_, status, offered_at), history in histories.items():
        assert history[0] == ("PENDING", offered_at, None)
        assert history[-1][0] == status
    signed = await fetch(
        select(event.status, event.by)
        .where(event.agreement_id == demo_key("agreement:alder-works"))
        .order_by(event.at)
    )
    assert signed == [("PENDING", None), ("SIGNED", "Olga")]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (models.PayeScheme, {"Alder": 2, "Birch": 1, "Cherry": 1, "Dogwood": 1, "Elm": 1}),
        (models.LegalEntity, {"Alder": 2, "Birch": 1, "Cherry": 1, "Dogwood": 1, "Elm": 1}),
        (models.Invitation, {"Elm": 1}),
    ],
)
async def test_what_hangs_on_accounts(fetch, model, expected):
    query = (
        select(models.Organisation.name, func.count())
        .join(model, model.organisation_id == models.Organisation.id)
        .group_by(models.Organisation.name)
    )
    assert dict(await fetch(query)) == expected


async def test_every_seeding_writes_the_same_rows(fetch, tmp_path):
    again = f"sqlite:///{tmp_path / 'again.db'}"
    await seed_demo(again)
    other = Database(again, pool_size=1)
    await other.connect()
    try:
        async with other.reading() as reader:
            for table in Base.metadata.sorted_tables:
                query = select(table).order_by(table.c.id)
                assert await fetch(query) == await reader.fetch(other.compile(query), {})
    finally:
        await other.close()


async def test_database_with_rows_is_refused_and_left_alone(database_url):
    await seed_demo(database_url)
    with pytest.raises(NotEmpty, match=r"already holds rows in organisations; a world"):
        await seed_demo(database_url)
    database = Database(database_url)
    await database.connect()
    try:
        async with database.reading() as reader:
            count = database.compile(select(func.count()).select_from(models.User))
            assert [tuple(row) for row in await reader.fetch(count, {})] == [(len(PEOPLE),)]
    finally:
        await database.close()
