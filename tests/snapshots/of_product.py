"""What is asked of Fieldgate's own schema."""

from __future__ import annotations

from db.seed.demo.fixed import demo_key, organisation_key, record_key, user_key
from snapshots.asked import Asked

ALDER = {"id": f"org_{organisation_key('alder')}"}
BIRCH = {"id": f"org_{organisation_key('birch')}"}

PRODUCT = (
    Asked(
        "an-account-of-its-owner",
        "One path leads to every row, so nothing is masked, and each relation is gated by the role.",
        "olga",
        """query ($id: ID!) {
  organisation(id: $id) { name account { levyStatus warnings payeSchemes { reference } } }
}""",
        ALDER,
        grants=True,
    ),
    Asked(
        "an-account-of-a-viewer",
        "What her role never gives is not selected: a constant null, and an error from the plan.",
        "vera",
        """query ($id: ID!) {
  organisation(id: $id) { name account { levyStatus warnings invitations(first: 2) { totalCount } } }
}""",
        ALDER,
    ),
    Asked(
        "an-account-of-an-aan-member",
        "She is shown the name; below the account no table is read.",
        "aisha",
        """query ($id: ID!) {
  organisation(id: $id) { name account { levyStatus payeSchemes { reference } team(first: 2) { totalCount } } }
}""",
        ALDER,
    ),
    Asked(
        "an-account-that-is-hidden",
        "The row is asked for by its id within the scope, as an id that never existed would be.",
        "olga",
        "query ($id: ID!) { organisation(id: $id) { name account { levyStatus } } }",
        BIRCH,
    ),
    Asked(
        "two-accounts-two-roles",
        "One statement a level for both accounts; the gate lets each parent through by its own role.",
        "tariq",
        """{
  organisations(first: 5) { nodes { name account { levyStatus warnings invitations(first: 1) { totalCount } } } }
}""",
    ),
    Asked(
        "people-masked-row-by-row",
        "Contact is the Owners': beside it stands the reach that opens it, row by row.",
        "robin",
        "{ users(first: 4) { totalCount nodes { name email status } } }",
    ),
    Asked(
        "a-team-seen-by-a-viewer",
        "Since when is the Owner's to know and one's own: the period is open on one row of the page.",
        "vera",
        """query ($id: ID!) {
  organisation(id: $id) { account { team(first: 3) { nodes { role startsAt user { name } } } } }
}""",
        ALDER,
    ),
    Asked(
        "pages-below-many-parents",
        "The pages of all parents come by one statement, their totals by another.",
        "robin",
        """{
  organisations(first: 5) {
    nodes { name account { team(first: 1) { totalCount nodes { role } pageInfo { hasNextPage } } } }
  }
}""",
    ),
    Asked(
        "the-next-page",
        "A cursor opens to the key and the id that the page begins behind.",
        "olga",
        """query ($cursor: String) {
  users(first: 2, after: $cursor) { nodes { name } pageInfo { hasNextPage endCursor } }
}""",
        follows=True,
    ),
    Asked(
        "the-last-page",
        "Backward is the same index read the other way.",
        "olga",
        "{ users(last: 2) { nodes { name } pageInfo { hasPreviousPage } } }",
    ),
    Asked(
        "a-count-alone",
        "No row is read where only the total is asked for.",
        "tariq",
        "{ users(first: 1) { totalCount } }",
    ),
    Asked(
        "agreements-and-their-history",
        "Two levels below the account, a statement each; a row that a column points at is one more.",
        "vera",
        """query ($id: ID!) {
  organisation(id: $id) {
    account { agreements { status signedBy legalEntity { name } history { status by } } }
  }
}""",
        ALDER,
    ),
    Asked(
        "a-document-to-download",
        "A link is sealed for the rows that the Owner's path reaches; nothing is read for it.",
        "tariq",
        """{
  organisations(first: 5) { nodes { name account { agreements { status document { url } } } } }
}""",
    ),
    Asked(
        "what-may-be-done",
        "What the caller may do with each row is asked in the row's own statement.",
        "tariq",
        """{
  organisations(first: 5) { nodes { name allowedActions account { payeSchemes { reference allowedActions } } } }
}""",
    ),
    Asked(
        "rights-without-an-object",
        "Whether one may act where there is no row yet is known from the grants alone.",
        "tariq",
        """query ($id: ID!) {
  me {
    invite: can(action: TEAM_INVITE, organisationId: $id)
    leave: can(action: TEAM_LEAVE, organisationId: $id)
    open: can(action: EMPLOYER_ACCOUNT_CREATE, organisationId: $id)
  }
}""",
        ALDER,
    ),
    Asked(
        "one-s-grants-and-where-they-lead",
        "A grant shows the name of its organisation; the account behind it has a gate of its own.",
        "robin",
        "{ me { name grants { role startsAt organisation { name account { levyStatus } } } } }",
    ),
    Asked(
        "nodes-of-several-types",
        "Each type is read once, in the scope of its own read action; a refused one is not read.",
        "vera",
        """query ($ids: [ID!]!) {
  nodes(ids: $ids) { __typename ... on User { name email } ... on PayeScheme { reference } }
}""",
        {
            "ids": [
                f"usr_{user_key('olga')}",
                f"usr_{user_key('vera')}",
                f"usr_{user_key('cora')}",
                f"inv_{'a' * 26}",
                f"pay_{demo_key('nothing')}",
            ]
        },
    ),
    Asked(
        "records-by-two-roles-and-an-account",
        "R7 and R8 are reached as assigned, R7 twice over, and R8 as an Owner's: each row once.",
        "robin",
        """{
  apprenticeRecords(first: 5) {
    totalCount
    nodes { reference cost training { loggedHours } epa { grade } unassigned }
  }
}""",
    ),
    Asked(
        "records-of-nobody-s",
        "What is unassigned is told of the caller's own side alone, in the filter as in the answer.",
        "ade",
        """{
  apprenticeRecords(first: 5, filter: { unassigned: true }) {
    totalCount
    nodes { reference unassigned assignees { initials } }
  }
}""",
    ),
    Asked(
        "records-assigned-to-oneself",
        "A caseload is an array of ids, read with the grants; a page is found from its items.",
        "ann",
        """{
  apprenticeRecords(first: 1) { totalCount nodes { reference employer { name } assignees { kind } } }
  caseloads(first: 2) { nodes { kind items(first: 2) { nodes { assignedBy { name } } } } }
}""",
    ),
    Asked(
        "people-to-assign",
        "Who can be assigned are grants in force of active people, each once for a kind.",
        "max",
        """query ($id: ID!) {
  organisation(id: $id) {
    assignableUsers(first: 5, filter: { kind: { eq: TRAINING_COORDINATOR } }) {
      nodes { kind user { name } }
    }
  }
}""",
        {"id": f"org_{organisation_key('prov')}"},
    ),
    Asked(
        "two-records-are-assigned",
        "Many rows are decided and written together, whatever their number.",
        "ade",
        """mutation ($ids: [ID!]!, $user: ID!) {
  assignRecords(input: { recordIds: $ids, userId: $user, kind: ASSESSOR }) {
    caseload { kind owner { name } items(first: 1) { totalCount } }
  }
}""",
        {
            "ids": [f"rec_{record_key(4)}", f"rec_{record_key(5)}"],
            "user": f"usr_{user_key('ann')}",
        },
    ),
    Asked(
        "learners-of-an-inspector",
        "The openings in force are read with the grants; of each row the ILR is there once verified.",
        "art",
        """{
  learners(show: ALL, first: 3) {
    totalCount
    nodes { firstName uln email standardCode status training { loggedHours } ilr { outcome niNumber } }
  }
}""",
        grants=True,
    ),
    Asked(
        "nobody-we-know",
        "A subject without a User holds what anybody signed in holds, and its arrays are empty.",
        "auth0|nobody",
        "{ me { name } organisations(first: 2) { totalCount nodes { name } } }",
    ),
    Asked(
        "somebody-invited",
        "Who has not accepted yet has the empty fingerprint: every decision is Never.",
        "lou",
        "{ me { name } organisations(first: 2) { totalCount } roles { name } }",
    ),
    Asked(
        "an-account-is-renamed",
        "The payload is read after the commit, by key, with the grants of that moment.",
        "olga",
        """mutation ($id: ID!) {
  renameAccount(input: { organisationId: $id, name: "Alder and Sons" }) { organisation { name editVersion } }
}""",
        ALDER,
    ),
    Asked(
        "an-account-is-not-renamed",
        "The role holds the action nowhere: no row of the account is read.",
        "vera",
        """mutation ($id: ID!) {
  renameAccount(input: { organisationId: $id, name: "Alder and Sons" }) { organisation { name } }
}""",
        ALDER,
    ),
)
