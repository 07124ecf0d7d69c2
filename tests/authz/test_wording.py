"""Who may, in a sentence: every role of the row, its scope in the source's words, its condition."""

from pathlib import Path

import pytest

from authz.matrix import SCOPES
from authz.policy import Policy, PolicyError
from authz.publishing.wording import who_may
from authz.roles import ROLES, role_title

POLICY = Policy.load()
SENTENCES = {
    "employer_account.rename": "Owner; within their account.",
    "agreement.read": "Owner, Transactor, Viewer; within their account.",
    "aan.read": "Owner, Transactor, Viewer, AAN; within their account.",
    "policy.read": "Anyone signed in.",
    "invitation.accept": "Anyone signed in; what is their own.",
    "user.read_contact": "Owner; within their account. Anyone signed in; what is their own.",
    "reservation.create": (
        "Owner (restored), Transactor (restored); within their account; "
        "applicable to non-levy paying employers only."
    ),
    "employer_account.create": (
        "Owner, Transactor, Viewer, anyone signed in; what is their own; "
        "not for a person whose employer account roles are all AAN."
    ),
}


@pytest.mark.parametrize(("action", "sentence"), SENTENCES.items(), ids=SENTENCES)
def test_who_may(action, sentence):
    assert who_may(POLICY, action) == sentence


@pytest.mark.parametrize("action", sorted(POLICY.actions))
def test_a_sentence_names_exactly_the_roles_of_the_row(action):
    named = {
        role.removesuffix(" (restored)").lower()
        for clause in who_may(POLICY, action).split(". ")
        for role in clause.removesuffix(".").split("; ")[0].split(", ")
    }
    assert named == {role_title(role).lower() for role in POLICY.requires(action)}


def test_a_lost_cell_is_marked_wherever_it_was_restored():
    restored = {line.action for line in POLICY.lines() if line.restored}
    assert restored
    assert restored == {a for a in POLICY.actions if "(restored)" in who_may(POLICY, a)}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "matrix.toml").write_text(
        """
        system = "inspection_access"
        columns = ["superuser", "tutor", "employer_user", "inspector", "signed_in"]
        [learner.read]
        source = "A14"
        feature = "Look"
        superuser = "organisation"
        tutor = "caseload"
        employer_user = "organisation"
        inspector = "group"
        [learner.read_name]
        source = "A14"
        feature = "Look at some of it"
        superuser = "everything"
        fields = ["name", "uln"]
        [learner.forget]
        source = "A14"
        feature = "Forget"
        """,
        "utf-8",
    )
    return Policy.load(tmp_path)


def test_roles_of_one_scope_stand_together_and_each_scope_has_its_sentence(policy):
    assert who_may(policy, "learner.read") == (
        "Superuser, Employer user; within their organisation. Tutor; within their caseload. "
        "Inspector; in their parallel group."
    )


def test_a_short_list_of_fields_is_told(policy):
    assert who_may(policy, "learner.read_name") == "Superuser; only name, uln."
    assert who_may(policy, "learner.read_name", "uln") == "Superuser."
    assert who_may(policy, "learner.read_name", "email") == "Nobody."


def test_a_row_without_a_filled_cell_is_for_nobody(policy):
    assert who_may(policy, "learner.forget") == "Nobody."


def test_an_action_of_no_matrix_has_no_sentence():
    with pytest.raises(PolicyError, match=r"'learner\.forget' stands in no matrix"):
        who_may(POLICY, "learner.forget")


def test_every_scope_but_everything_has_words():
    assert [scope for scope, words in SCOPES.items() if not words] == ["everything"]


def test_every_role_is_called_as_its_source_calls_it():
    assert {role_title(role) for role in ROLES} == {role.title for role in ROLES.values()}
    assert role_title("signed_in") == "anyone signed in"
