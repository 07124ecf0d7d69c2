"""Rules, readings, roles, conditions and pending: complete, and each leading to the others."""

import re
from collections import Counter

import pytest

from authz.conditions import CONDITIONS, Condition
from authz.decision import Shape, canonical
from authz.pending import PENDING, pending_actions
from authz.policy import Policy
from authz.roles import ROLES, SIGNED_IN, SYSTEMS, column_role
from authz.sources import SOURCES, source
from db.models.apprentice_records.caseloads import CASELOAD_KINDS

POLICY = Policy.load()
BUILT = """
organisation.read employer_account.read employer_account.read_levy_status
employer_account.read_warnings paye_scheme.read legal_entity.read agreement.read team.read
user.read user.read_contact role_grant.read invitation.read role.read policy.read
organisation.read_version role_grant.read_period user.read_rights agreement.download
employer_account.create employer_account.rename agreement.accept paye_scheme.add
paye_scheme.remove legal_entity.add legal_entity.remove team.invite team.change_role team.remove
team.leave invitation.cancel invitation.accept
apprenticeship.read apprentice_record.read apprentice_record.search
apprentice_record.search_details apprentice_record.read_identity apprentice_record.read_commitment
apprentice_record.read_funding apprentice_record.read_epa apprentice_record.read_training
apprentice_record.edit_epa apprentice_record.edit_training apprentice_record.read_assignees
apprentice_record.search_unassigned apprentice_record.assign apprentice_record.unassign
apprentice_record.assign_assessor apprentice_record.unassign_assessor
apprentice_record.assign_training_coordinator apprentice_record.unassign_training_coordinator
apprentice_record.assign_case_owner apprentice_record.unassign_case_owner
assignable_user.read caseload.read
apprentice_record.read_own apprentice_record.read_ilr apprentice_record.edit_ilr
apprentice_record.verify_ilr inspection_group.create inspection_group.read
inspection_group.read_window inspection_group.read_members inspection_group.add_learners
inspection_group.remove_learners inspection_group.open inspection_group.open_to_all
inspection_group.close inspection_group.preview inspector_account.create inspector_account.edit
inspector_account.register inspector_account.read inspector_account.activate
inspector_account.rotate_credentials inspector_account.cancel inspector_account.reactivate
inspector_account.archive
"""


def numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:02}" for number in range(1, count + 1)]


def test_every_rule_and_reading_is_there() -> None:
    rules = [
        *numbered("D0-", 20),
        *numbered("D0-M", 45),
        *numbered("D1-", 13),
        *numbered("D2-", 66),
        *numbered("D3-", 25),
        *numbered("D4-", 30),
    ]
    readings = [
        id_
        for prefix, count in {"A": 16, "B": 8, "C": 29, "E": 10, "F": 10, "X": 9}.items()
        for id_ in numbered(prefix, count)
    ]
    assert len(rules) == 199
    assert list(SOURCES) == rules + readings


@pytest.mark.parametrize("id_", SOURCES)
def test_a_source_speaks_for_itself(id_: str) -> None:
    said = source(id_)
    assert said.id == id_
    assert said.document == (
        id_[:2]
        if id_.startswith("D")
        else {"A": "D0", "B": "D1", "C": "D2", "E": "D3", "F": "D4", "X": "across"}[id_[0]]
    )
    assert (said.question is None) == id_.startswith("D")
    for words in (said.sentence, said.question or "-"):
        assert words == words.strip() != ""
        assert not re.search(r"[`\[\]°]|\*\*|\d\.\d", words)


def test_an_unknown_source_is_an_error() -> None:
    with pytest.raises(KeyError, match="'D9-99' is neither a rule nor a reading"):
        source("D9-99")


def test_a_row_of_the_table_quotes_its_rule() -> None:
    rows = [rule for m in POLICY.matrices for rule in m.rules if rule.source.startswith("D0-M")]
    assert len({rule.source for rule in rows}) == 45
    for rule in rows:
        assert source(rule.source).sentence == f"{rule.section}: {rule.feature}"


def test_the_sentences_are_the_sources_own() -> None:
    assert source("D0-14").sentence == "Applicable to non-levy paying employers only"
    assert source("D0-M06").sentence == "Manage organisation: Add/ remove PAYE schemes"
    assert source("D2-03").sentence == "EC users can: View and edit their own EC record"
    assert source("D4-05").sentence == "Allow access only to the parallel group."
    assert source("A04").sentence == "matrix wins"


def test_the_roles_are_those_of_the_documents() -> None:
    assert Counter(role.system for role in ROLES.values()) == {
        "employer_account": 4,
        "training_provider": 1,
        "record_assignment": 8,
        "careers_register": 6,
        "training_management": 4,
        "inspection_access": 4,
    }
    for name, role in ROLES.items():
        assert name == role.name
        assert name.startswith(f"{role.system}.")
        assert role.system in SYSTEMS
        assert role.organisation_kinds
    names = [role.graphql_name for role in ROLES.values()]
    assert len(set(names)) == len(names)
    assert ROLES["employer_account.owner"].graphql_name == "EMPLOYER_ACCOUNT_OWNER"
    assert ROLES["employer_account.owner"].title == "Owner"


# I18: «ASSESSOR → epao; TRAINING_COORDINATOR, CASE_OWNER → provider»; B02: a Senior Assessor is
# assigned records too; the case owner is Aptem's tutor (1.4.b).
CASELOADS = {
    "record_assignment.senior_assessor": ("ASSESSOR", "EPAO"),
    "record_assignment.assessor": ("ASSESSOR", "EPAO"),
    "record_assignment.training_coordinator": ("TRAINING_COORDINATOR", "TRAINING_PROVIDER"),
    "inspection_access.tutor": ("CASE_OWNER", "TRAINING_PROVIDER"),
}


def test_the_roles_that_records_are_assigned_to() -> None:
    found = {
        name: (role.caseload, *role.organisation_kinds)
        for name, role in ROLES.items()
        if role.caseload is not None
    }
    assert found == CASELOADS
    assert {name: kind for name, (kind, _) in CASELOADS.items()} == CASELOAD_KINDS


def test_a_column_is_a_role_of_its_own_system() -> None:
    assert column_role("employer_account", "aan") == "employer_account.aan"
    assert column_role("fieldgate", SIGNED_IN) == SIGNED_IN
    assert column_role("employer_account", "assessor") is None


def test_conditions_cite_a_source_and_are_settled_where_they_read() -> None:
    for name, condition in CONDITIONS.items():
        assert name == condition.name
        assert source(condition.source)
    assert CONDITIONS["non_levy"].stays
    assert CONDITIONS["non_levy"].admits(Shape("anyone"), ())
    assert not CONDITIONS["not_only_aan"].stays
    with pytest.raises(ValueError, match="The condition windy reads the row"):
        Condition("windy", "row", "Only in the wind", "A02", lambda _: True)
    with pytest.raises(ValueError, match="The condition tall reads the principal"):
        Condition("tall", "principal", "Only for the tall", "A02")
    with pytest.raises(ValueError, match=r"The condition windy reads the row; .* have a reason"):
        Condition("windy", "row", "Only in the wind", "A02")
    with pytest.raises(ValueError, match=r"The condition ilr reads the grant; .* have a reason"):
        Condition("ilr", "grant", "With ILR", "A02", lambda _: True, reason="NO_ILR")


def test_what_a_false_condition_is_answered_with() -> None:
    """The list of codes in the rules: `PRECONDITION` (e.g. `LEVY_ACCOUNT`, `ILR_NOT_QA_VERIFIED`)."""
    assert CONDITIONS["non_levy"].reason == "LEVY_ACCOUNT"
    assert CONDITIONS["verified_ilr_in_classic"].reason == "ILR_NOT_QA_VERIFIED"


@pytest.mark.parametrize(
    ("held", "admitted"),
    [
        ((), True),
        (("aan",), False),
        (("owner",), True),
        (("aan", "viewer"), True),
        (("transactor",), True),
    ],
)
def test_an_account_may_be_created_unless_every_account_role_is_aan(held, admitted) -> None:
    elsewhere = [Shape(SIGNED_IN), Shape("record_assignment.assessor")]
    fingerprint = canonical([*elsewhere, *(Shape(f"employer_account.{role}") for role in held)])
    assert CONDITIONS["not_only_aan"].admits(Shape(SIGNED_IN), fingerprint) is admitted


def test_every_action_is_built_or_pending_once() -> None:
    waiting = [action for actions in PENDING.values() for action in actions]
    assert len(waiting) == len(set(waiting))
    assert pending_actions() == set(waiting)
    assert pending_actions() <= POLICY.actions
    assert POLICY.actions - pending_actions() == set(BUILT.split())
