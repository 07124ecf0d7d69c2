"""The hand-picked documents on which engine, plain path and oracle must say the same.

`<alder>` stands for a global id, see `oracle.names`. Everybody asks `CRAWL` and the short list; one
of each standing asks every document.
"""

from __future__ import annotations

from differential import finding
from differential.question import Question

ACCOUNT = """
fragment Frame on Organisation {
  __typename id kind name editVersion allowedActions account { ...Account }
}
fragment Account on EmployerAccount {
  __typename
  levyStatus
  warnings
  payeSchemes { __typename id reference name addedAt allowedActions }
  legalEntities { __typename id name code source addedAt allowedActions }
  agreements { __typename ...Agreement }
  team(first: 9) { __typename totalCount ...Grants }
  invitations(first: 9) {
    __typename totalCount
    edges { __typename cursor node { ...Invitation } }
    nodes { id }
    pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor }
  }
}
fragment Invitation on Invitation {
  __typename id email name role status invitedAt expiresAt editVersion allowedActions
}
fragment Agreement on Agreement {
  editVersion allowedActions
  id version status offeredAt signedAt signedBy
  document { __typename url expiresAt }
  legalEntity { __typename id name code source addedAt }
  history { __typename status at by }
}
fragment Grants on RoleGrantConnection {
  edges { __typename cursor node { ...Grant } }
  nodes { ...Grant }
  pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor }
}
fragment Grant on RoleGrant {
  __typename id role startsAt endsAt editVersion allowedActions
  user { __typename id name email status }
  organisation { __typename id kind name }
}
"""


def everything_about(name: str) -> Question:
    """Ask for every field there is below one organisation."""
    return Question(
        "query ($id: ID!) { organisation(id: $id) { ...Frame } }" + ACCOUNT, {"id": f"<{name}>"}
    )


ENTITIES = """
  __typename
  ... on Organisation { name kind editVersion allowedActions account { levyStatus } }
  ... on User { name email status grants { id role } }
  ... on RoleGrant { role startsAt endsAt allowedActions user { name email } organisation { name } }
  ... on PayeScheme { reference name addedAt allowedActions }
  ... on LegalEntity { name code source addedAt allowedActions }
  ... on Agreement { version agreed: status editVersion legalEntity { name } history { status by } }
  ... on Invitation { email name role invitation: status editVersion allowedActions }
"""
ROWS = (
    "alder", "birch", "elm", "prov", "vera", "tariq", "petra", "cora", "alder_grant",
    "birch_grant", "prov_grant", "alder_paye", "birch_paye", "alder_entity", "birch_entity",
    "alder_signed", "alder_pending", "birch_signed", "elm_invitation",
)  # fmt: skip
UNKNOWN = (
    "unknown_org", "unknown_usr", "unknown_grt", "unknown_pay", "unknown_len", "unknown_agr",
    "unknown_inv",
)  # fmt: skip
MALFORMED = (
    "", " ", "nonsense", "1", "org", "org_", "org_a", "xyz_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "org_AAAAAAAAAAAAAAAAAAAAAAAAAA", "org_aaaaaaaaaaaaaaaaaaaaaaaaa0", "org-aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "org_aaaaaaaaaaaaaaaaaaaaaaaaaaa", "<alder> ", "\n<alder>", "<alder>\n", "ORG_<alder_key>",
    "é", "org_ａaaaaaaaaaaaaaaaaaaaaaaaaa",
)  # fmt: skip
NODE = f"query ($id: ID!) {{ node(id: $id) {{ id {ENTITIES} }} }}"
NODES = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id {ENTITIES} }} }}"

ALONE = ("alder", "vera", "birch_grant", "alder_signed", "elm_invitation", "unknown_usr")


def several(names: tuple[str, ...]) -> Question:
    """Ask for each of these rows by a field of its own."""
    asked = " ".join(f'{name}: node(id: "<{name}>") {{ id ...Thing }}' for name in names)
    return Question(f"{{ {asked} }} fragment Thing on Node {{ {ENTITIES} }}")


ACTIONS = (
    "EMPLOYER_ACCOUNT_CREATE", "EMPLOYER_ACCOUNT_RENAME", "AGREEMENT_ACCEPT", "PAYE_SCHEME_ADD",
    "PAYE_SCHEME_REMOVE", "LEGAL_ENTITY_ADD", "LEGAL_ENTITY_REMOVE", "TEAM_INVITE",
    "TEAM_CHANGE_ROLE", "TEAM_REMOVE", "TEAM_LEAVE", "INVITATION_ACCEPT", "INVITATION_CANCEL",
)  # fmt: skip
RIGHTS = (
    "query ($at: ID!) { me { "
    + " ".join(
        f"{action.lower()}: can(action: {action}, organisationId: $at)" for action in ACTIONS
    )
    + " } }"
)
CRAWL = Question(
    '{ me { ...Person can(action: TEAM_INVITE, organisationId: "<alder>") }'
    " organisations(first: 3) { totalCount nodes { ...Frame } }"
    " users(first: 20) { totalCount nodes { ...Person } }"
    " nodes(ids: [" + ", ".join(f'"<{name}>"' for name in ROWS) + f"]) {{ id {ENTITIES} }} }}"
    " fragment Person on User { id name email status grants { ...Grant } }" + ACCOUNT
)

DOCUMENTS: dict[str, Question] = {
    "crawl": CRAWL,
    **finding.DOCUMENTS,
    **{
        f"rights at {name}": Question(RIGHTS, {"at": f"<{name}>"})
        for name in ("alder", "birch", "dogwood", "prov", "unknown_org")
    },
    "rights at no organisation": Question(
        '{ me { id a: can(action: TEAM_INVITE, organisationId: "nonsense")'
        ' b: can(action: EMPLOYER_ACCOUNT_CREATE, organisationId: "<vera>")'
        ' c: can(action: EMPLOYER_ACCOUNT_CREATE, organisationId: "") } }'
    ),
    "rights without an organisation": Question(
        "{ allowedActions me { allowedActions a: can(action: EMPLOYER_ACCOUNT_CREATE)"
        " b: can(action: INVITATION_ACCEPT, organisationId: null)"
        " c: can(action: INSPECTOR_ACCOUNT_REGISTER) d: can(action: TEAM_INVITE)"
        " e: can(action: TEAM_LEAVE, organisationId: null) }"
        " users(first: 50) { nodes { name allowedActions can(action: EMPLOYER_ACCOUNT_CREATE) } } }"
    ),
    "rights of others": Question(
        'query ($do: Action!, $at: ID! = "<birch>") { users(first: 50) { nodes { name'
        ' can(action: $do, organisationId: "<alder>") } } user(id: "<vera>") {'
        ' can(action: $do, organisationId: "nonsense") } me { grants { user {'
        " can(action: $do, organisationId: $at) } } } }",
        {"do": "TEAM_REMOVE"},
    ),
    "what may be done": Question(
        "{ organisations(first: 9) { nodes { allowedActions account { payeSchemes {"
        " allowedActions } legalEntities { allowedActions } agreements { allowedActions }"
        " team(first: 9) { nodes { allowedActions } } invitations(first: 9) { nodes {"
        " allowedActions } } } } } me { grants { allowedActions organisation {"
        " allowedActions } } } }"
    ),
    "versions": Question(
        "{ organisations(first: 9) { nodes { editVersion account { agreements { editVersion }"
        " team(first: 9) { nodes { editVersion } } invitations(first: 9) { nodes { editVersion"
        " } } } } } me { grants { editVersion organisation { editVersion } } } }"
    ),
    "since when and until when": Question(
        "{ organisations(first: 9) { nodes { account { team(first: 9) { nodes { startsAt } } } } }"
        " me { grants { endsAt } } users(first: 30) { nodes { grants { startsAt endsAt } } } }"
    ),
    "documents": Question(
        "{ organisations(first: 9) { nodes { account { agreements { document { url } again:"
        ' document { expiresAt } } } } } node(id: "<alder_signed>") { ... on Agreement {'
        " document { __typename url } } } }"
    ),
    "me": Question("{ me { id name email status } }"),
    "me typename": Question("{ __typename me { __typename } }"),
    "my grants": Question(
        "{ me { __typename grants { __typename id role startsAt endsAt user { id name email }"
        " organisation { __typename id name kind } } } }"
    ),
    "my accounts, whole": Question(
        "{ me { grants { role organisation { ...Frame } } } }" + ACCOUNT
    ),
    **{
        f"everything about {name}": everything_about(name)
        for name in ("alder", "birch", "cherry", "dogwood", "elm", "prov", "unknown_org")
    },
    "organisations": Question(
        "{ organisations(first: 100) { __typename totalCount edges { __typename cursor node {"
        " __typename id kind name } } nodes { __typename id name } pageInfo { __typename"
        " hasNextPage hasPreviousPage startCursor endCursor } } }"
    ),
    "organisations and accounts": Question(
        "{ organisations(first: 4) { nodes { ...Frame } } }" + ACCOUNT
    ),
    "last organisation": Question(
        "{ organisations(last: 1) { totalCount nodes { name } pageInfo { hasNextPage"
        " hasPreviousPage startCursor endCursor } } }"
    ),
    "first organisation": Question(
        "{ organisations(first: 1) { totalCount nodes { name } pageInfo { hasNextPage"
        " hasPreviousPage } } }"
    ),
    "no organisation": Question(
        "{ organisations(first: 0) { totalCount nodes { name } edges { cursor } pageInfo {"
        " hasNextPage hasPreviousPage startCursor endCursor } } users(last: 0) { totalCount"
        " nodes { name } pageInfo { hasNextPage hasPreviousPage } } }"
    ),
    "count only": Question(
        "{ organisations(first: 1) { totalCount } users(last: 1) { totalCount } }"
    ),
    "page without size": Question(
        "{ organisations { totalCount } users { totalCount } me { id } }"
    ),
    "page with both sizes": Question(
        "{ organisations(first: 1, last: 1) { totalCount } me { id } }"
    ),
    "page too large": Question("{ organisations(first: 101) { totalCount } me { id } }"),
    "page too small": Question("{ users(last: -1) { totalCount } me { id } }"),
    "page of nulls": Question(
        "query ($n: Int) { organisations(first: $n, last: null) { totalCount } me { id } }",
        {"n": None},
    ),
    "size by variable": Question(
        "query ($n: Int, $c: String) { users(first: $n, after: $c) { nodes { name } } }",
        {"n": 3, "c": None},
    ),
    "size by default": Question("query ($n: Int = 2) { users(first: $n) { nodes { name } } }"),
    "cursor of nobody": Question(
        '{ organisations(first: 2, after: "bm9ib2R5") { totalCount }'
        ' users(last: 2, before: "") { totalCount } me { id } }'
    ),
    "nested page errors": Question(
        "{ organisations(first: 10) { nodes { id account { levyStatus team { totalCount }"
        " invitations(first: 1, last: 1) { totalCount } } } } }"
    ),
    "nested cursor errors": Question(
        '{ organisations(first: 10) { nodes { id account { team(first: 1, after: "x") {'
        " totalCount } } } } }"
    ),
    "users": Question(
        "{ users(first: 100) { __typename totalCount edges { __typename cursor node {"
        " __typename id name email status } } nodes { id } pageInfo { hasNextPage"
        " hasPreviousPage startCursor endCursor } } }"
    ),
    "users without contact": Question("{ users(first: 100) { totalCount nodes { id name } } }"),
    "last users": Question(
        "{ users(last: 3) { totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage } } }"
    ),
    "users and their grants": Question(
        "{ users(first: 30) { nodes { name email grants { __typename id role user { id }"
        " organisation { name account { levyStatus warnings } } } } } }"
    ),
    "team in depth": Question(
        '{ organisation(id: "<alder>") { account { team(first: 3) { nodes { role user { name'
        " email grants { role organisation { name account { team(last: 2) { totalCount nodes {"
        " role user { name status } } } } } } } organisation { id } } } } } }"
    ),
    "nested pages": Question(
        "{ organisations(first: 5) { edges { node { name account { first: team(first: 1) {"
        " totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } last: team(last: 2) {"
        " edges { cursor node { id user { name } } } pageInfo { hasNextPage hasPreviousPage"
        " startCursor endCursor } } none: team(first: 0) { totalCount nodes { id } }"
        " invitations(last: 5) { totalCount nodes { email } } } } } } }"
    ),
    "aliases": Question(
        '{ a: organisation(id: "<alder>") { n: name name account { w: warnings l: levyStatus } }'
        ' b: organisation(id: "<birch>") { name account { w: warnings l: levyStatus } }'
        ' c: organisation(id: "<alder>") { x: account { warnings } y: account { levyStatus } }'
        " i: me { id } you: me { name } }"
    ),
    "merged selections": Question(
        '{ organisation(id: "<alder>") { name } organisation(id: "<alder>") { account {'
        ' levyStatus } } ... on Query { organisation(id: "<alder>") { account { warnings'
        " payeSchemes { id } } } } ...More }"
        ' fragment More on Query { organisation(id: "<alder>") { id account { levyStatus'
        " payeSchemes { reference } team(first: 2) { nodes { id } } } } }"
    ),
    "merged connections": Question(
        "{ users(first: 5) { nodes { name } } users(first: 5) { nodes { email } totalCount edges {"
        " node { status } } } }"
    ),
    "response order": Question(
        "{ me { status ...N email id } ...R } fragment N on User { name id } fragment R on Query {"
        " me { grants { role id } } organisations(first: 2) { totalCount } }"
    ),
    "nested fragments": Question(
        "{ ...A } fragment A on Query { ...B me { ...C } } fragment B on Query { me { ...C ...D } }"
        " fragment C on User { name } fragment D on User { email ...C grants { ...E } }"
        " fragment E on RoleGrant { role user { ...C } organisation { ...F } }"
        " fragment F on Organisation { name ... { kind ... on Organisation { id } } }"
    ),
    "fragment on the interface": Question(
        '{ organisation(id: "<birch>") { ...I } me { ...I } } fragment I on Node { __typename id }'
    ),
    "interface inside the interface": Question(
        '{ node(id: "<alder>") { ... on Node { ... on Organisation { name ... on Node { id } } } } }'
    ),
    "skip and include literals": Question(
        "{ me @skip(if: false) { id @include(if: true) name @skip(if: true) email"
        " @include(if: false) status } you: me @skip(if: true) { id } ... @include(if: false) {"
        " users(first: 1) { totalCount } } ...S @skip(if: true) ...S @include(if: true) }"
        " fragment S on Query { organisations(first: 1) { totalCount } }"
    ),
    "skipped": Question(
        "query ($yes: Boolean!, $no: Boolean = false) { me @include(if: $yes) { id name"
        " @skip(if: $yes) email @include(if: $no) status @include(if: $yes) @skip(if: $no) }"
        ' organisation(id: "<alder>") @skip(if: $no) { name account @skip(if: $yes) {'
        " levyStatus } } }",
        {"yes": True},
    ),
    "not skipped": Question(
        "query ($yes: Boolean!, $no: Boolean = false) { me @include(if: $yes) { id name"
        " @skip(if: $yes) email @include(if: $no) status @include(if: $yes) @skip(if: $no) }"
        ' organisation(id: "<alder>") @skip(if: $no) { name account @skip(if: $yes) {'
        " levyStatus } } }",
        {"yes": False},
    ),
    "refused and skipped": Question(
        '{ organisation(id: "<alder>") { account { warnings @skip(if: true) levyStatus warnings'
        " @include(if: false) invitations(first: 1) @skip(if: true) { totalCount } } } }"
    ),
    **{f"node {name}": Question(NODE, {"id": f"<{name}>"}) for name in ALONE},
    "nodes one by one": several(ROWS[:10]),
    "more nodes one by one": several(ROWS[10:]),
    "unknown nodes one by one": several(UNKNOWN),
    "node typename only": Question(
        '{ a: node(id: "<alder>") { __typename } b: node(id: "<alder_paye>") { __typename }'
        ' c: node(id: "<elm_invitation>") { __typename } d: node(id: "<unknown_org>") {'
        " __typename } }"
    ),
    "node malformed": Question(
        "query ($a: ID!, $b: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } me { id } }",
        {"a": "nonsense", "b": "org_short"},
    ),
    "node number": Question("{ node(id: 7) { id } me { id } }"),
    "node with no match": Question('{ node(id: "<alder>") { ... on User { name } } }'),
    "nodes of every type": Question(NODES, {"ids": [f"<{name}>" for name in ROWS]}),
    "nodes of no row": Question(NODES, {"ids": [f"<{name}>" for name in UNKNOWN]}),
    "nodes malformed": Question(NODES, {"ids": list(MALFORMED)}),
    "nodes of each sort": Question(
        NODES,
        {"ids": ["<alder>", "nonsense", "<unknown_org>", "<birch>", "<vera>", "<elm>", "<prov>"]},
    ),
    "nodes twice": Question(
        NODES,
        {"ids": ["<alder>", "<vera>", "<alder>", "<birch>", "<birch>", "<vera>", "<elm>", "<elm>"]},
    ),
    "nodes of nothing": Question(NODES, {"ids": []}),
    "nodes literal": Question('{ nodes(ids: ["<birch>", "<alder>"]) { id } }'),
    "one id for a list": Question('{ nodes(ids: "<birch>") { id __typename } }'),
    "organisation of the wrong type": Question(
        '{ a: organisation(id: "<vera>") { name } b: user(id: "<alder>") { name }'
        ' c: organisation(id: "nonsense") { name } d: user(id: "") { name } me { id } }'
    ),
    "organisation by variable": Question(
        "query ($id: ID!) { organisation(id: $id) { id name account { levyStatus } } }",
        {"id": "<alder>"},
    ),
    "users by id": Question(
        "{ "
        + " ".join(
            f'{name}: user(id: "<{name}>") {{ id name email status grants {{ id role organisation'
            " { name } } }"
            for name in ("vera", "tariq", "petra", "cora", "unknown_usr")
        )
        + " }"
    ),
    "user and contact only": Question('{ user(id: "<tariq>") { email } }'),
    "roles": Question(
        "{ roles { __typename name title system organisationKinds policy { __typename action"
        " effect } } }"
    ),
    "roles of a system": Question(
        "query ($s: System) { roles(system: $s) { name policy { system source sentence feature"
        " action role effect scope when fields restored note } } }",
        {"s": "EMPLOYER_ACCOUNT"},
    ),
    "roles of no system": Question("{ roles(system: null) { name } }"),
    "policy": Question(
        "{ policy { __typename system source sentence feature action role effect scope when fields"
        " restored note } }"
    ),
    "policy of a role": Question("{ policy(role: EMPLOYER_ACCOUNT_AAN) { action effect scope } }"),
    "policy of an action": Question(
        '{ policy(action: "agreement.read") { system source role effect scope } none:'
        ' policy(action: "nothing.read") { action } }'
    ),
    "policy of fieldgate": Question(
        '{ policy(system: FIELDGATE, action: "user.read") { system role effect scope note } }'
    ),
    "node of no type": Question(
        "query ("
        + " ".join(f"$v{at}: ID!" for at in range(len(MALFORMED)))
        + ") { "
        + " ".join(f"v{at}: node(id: $v{at}) {{ id }}" for at in range(len(MALFORMED)))
        + " }",
        {f"v{at}": text for at, text in enumerate(MALFORMED)},
    ),
    "root typename": Question("{ __typename }"),
    "aliased typename": Question("{ t: __typename me { t: __typename id } }"),
    "same field, other arguments": Question(
        '{ organisation(id: "<birch>") { account { team(first: 1) { nodes { id } } more:'
        " team(first: 2) { nodes { id user { name } } } } } }"
    ),
    "agreements only": Question(
        "{ organisations(first: 10) { nodes { name account { agreements { status signedAt signedBy"
        " legalEntity { id } history { status at by } } } } } }"
    ),
    "frame only": Question("{ organisations(first: 10) { nodes { account { __typename } } } }"),
    "two operations' worth": Question(
        "{ me { name } organisations(first: 3) { nodes { name } } users(first: 3) { nodes { name"
        ' } } roles(system: FIELDGATE) { name } policy(action: "role.read") { action }'
        ' node(id: "<cherry>") { id } nodes(ids: ["<dogwood>"]) { id } }'
    ),
}
