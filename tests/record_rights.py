"""Who may do what with an apprentice record: the published matrices, copied out by hand.

1.1.b of the rules for ACE360 (D1), the two columns of 1.4.b for Aptem (D4) that are no visitor's,
and row M15 of the employer account (D0). `org` is the records of the organisation where the role is
held, as EPAO, as provider or as employer; `cl` the person's own caseload; `-` a refusal.
"""

RECORD_ASSIGNMENT = """
                                 Super Admin, Admin | Senior | Assessor | Super Admin, Admin | Training | Training
                                 (EPAO)             | Assessor |        | (provider)         | Manager  | Coordinator
list, search, read identity, commitment, epa | org  | org  | cl  | org  | org  | cl
read training                                | -    | -    | -   | org  | org  | cl
edit epa                                     | org  | cl   | cl  | -    | -    | -
edit training                                | -    | -    | -   | org  | org  | cl
read assignees, unassigned                   | org  | org  | -   | org  | org  | -
assign, unassign, list assignable            | org  | -    | -   | org  | org  | -
funding, ilr, download                       | -    | -    | -   | -    | -    | -
of these, assessors                          | org  | -    | -   | -    | -    | -
of these, training coordinators              | -    | -    | -   | org  | org  | -
read caseloads                               | org  | org  | cl  | org  | org  | cl
"""
"""The last three rows: B04 «EPAO side vs provider side», and D1-01, whose caseload it is."""

INSPECTION_ACCESS = """
                                             | Tutor | Employer user
list, search, read identity                  | cl    | org
read commitment                              | cl    | org
read training                                | cl    | org
edit training                                | cl    | -
read ilr, edit ilr, verify ilr               | -     | -
group and account management                 | -     | -
read inspection group                        | -     | -
read caseloads                               | cl    | -
read own learners                            | cl    | cl
"""
"""Without MANAGE_ILR, for the rows of the ILR; `cl` is «own», whose case owner the tutor is."""

EMPLOYER_ACCOUNT = """
                                             | Owner | Transactor | Viewer | AAN
View apprenticeships                         | org   | org        | -      | -
"""

ROLES = {
    "record_assignment": (
        ("epao_super_admin", "epao_admin"),
        ("senior_assessor",),
        ("assessor",),
        ("provider_super_admin", "provider_admin"),
        ("training_manager",),
        ("training_coordinator",),
    ),
    "inspection_access": (("tutor",), ("employer_user",)),
    "employer_account": (("owner",), ("transactor",), ("viewer",), ("aan",)),
}
ACTIONS = {
    "list, search, read identity, commitment, epa": (
        "read", "search", "search_details", "read_identity", "read_commitment", "read_epa",
    ),
    "list, search, read identity": ("read", "search", "search_details", "read_identity"),
    "read commitment": ("read_commitment",),
    "read training": ("read_training",),
    "edit epa": ("edit_epa",),
    "edit training": ("edit_training",),
    "read assignees, unassigned": ("read_assignees", "search_unassigned"),
    "assign, unassign, list assignable": ("assign", "unassign", "assignable_user.read"),
    "funding, ilr, download": ("read_funding", "read_ilr"),
    "of these, assessors": ("assign_assessor", "unassign_assessor"),
    "of these, training coordinators": (
        "assign_training_coordinator", "unassign_training_coordinator",
        "assign_case_owner", "unassign_case_owner",
    ),
    "read caseloads": ("caseload.read",),
    "View apprenticeships": (
        "apprenticeship.read", "read", "search", "search_details", "read_identity",
        "read_commitment", "read_funding",
    ),
    "read ilr, edit ilr, verify ilr": ("read_ilr", "edit_ilr", "verify_ilr"),
    "read own learners": ("read_own",),
    # held against 1.4.b whole in authz/test_inspection_table.py
    "group and account management": (),
    "read inspection group": (),
}  # fmt: skip
"""The actions of each row; one without a dot is one of `apprentice_record`."""


def full(action: str) -> str:
    """Return an action with the thing that it is done to."""
    return action if "." in action else f"apprentice_record.{action}"


def _read(system: str, table: str) -> dict[str, dict[str, str]]:
    lines = [line.split("|") for line in table.strip("\n").splitlines()]
    rows = {line[0].strip(): [c.strip() for c in line[1:]] for line in lines}
    rights: dict[str, dict[str, str]] = {}
    for row, cells in rows.items():
        if row not in ACTIONS:
            continue
        for roles, cell in zip(ROLES[system], cells, strict=True):
            for role in roles:
                held = rights.setdefault(f"{system}.{role}", {})
                held |= {full(action): cell for action in ACTIONS[row]}
    return rights


RIGHTS = {
    **_read("record_assignment", RECORD_ASSIGNMENT),
    **_read("inspection_access", INSPECTION_ACCESS),
    **_read("employer_account", EMPLOYER_ACCOUNT),
}
"""The cell of each role and action; an action that a matrix does not name is refused (D2-66)."""

EVERY_ACTION = tuple(dict.fromkeys(action for held in RIGHTS.values() for action in held))


def cell(role: str, action: str) -> str:
    """Return `org`, `cl` or `-`."""
    return RIGHTS[role].get(action, "-")
