// An account whose parts may be withheld, and a new one.

import { graphql } from "relay-runtime";

export const CAUGHT = graphql`
  query AccountQuery($id: ID!) {
    organisation(id: $id) {
      name
      account { warnings @catch(to: RESULT) }
      ...Team_organisation
    }
  }
`;

export const THROWN = graphql`
  query AccountOrErrorQuery($id: ID!) @throwOnFieldError {
    organisation(id: $id) {
      name
      account { warnings }
    }
  }
`;

export const OPEN = graphql`
  mutation AccountOpenMutation($input: CreateAccountInput!) {
    createAccount(input: $input) {
      organisation { id name }
    }
  }
`;

export const CARDS = graphql`
  query AccountCardsQuery($id: ID!) {
    organisation(id: $id) {
      name
      account { apprenticeships(first: 1) { nodes { employer { name kind } apprentice { name } } } }
    }
  }
`;
