// A page of a team that grows: what usePaginationFragment is given.

import { graphql } from "relay-runtime";

export const TEAM = graphql`
  fragment Team_organisation on Organisation
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "TeamPaginationQuery") {
    account {
      team(first: $count, after: $cursor) @connection(key: "Team_organisation_team") {
        edges { node { role user { name email @catch(to: RESULT) } } }
      }
    }
  }
`;
