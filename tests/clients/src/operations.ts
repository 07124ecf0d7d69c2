// What the programs ask, typed by what `graphql-codegen` makes of schema.graphql.

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { parse } from "graphql";
import type {
  AccountsQuery,
  AccountsQueryVariables,
  OpenAccountMutation,
  OpenAccountMutationVariables,
  RenameMutation,
  RenameMutationVariables,
  TeamQuery,
  TeamQueryVariables,
} from "./generated.ts";

export const ACCOUNTS: TypedDocumentNode<AccountsQuery, AccountsQueryVariables> = parse(
  /* GraphQL */ `
    query Accounts {
      me { id name }
      organisations(first: 10) {
        nodes { id name editVersion account { levyStatus warnings } }
      }
    }
  `,
);

export const TEAM: TypedDocumentNode<TeamQuery, TeamQueryVariables> = parse(/* GraphQL */ `
  query Team($id: ID!, $first: Int!, $after: String) {
    organisation(id: $id) {
      id
      account {
        team(first: $first, after: $after) {
          totalCount
          edges { cursor node { id role user { id name email } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

export const RENAME: TypedDocumentNode<RenameMutation, RenameMutationVariables> = parse(
  /* GraphQL */ `
    mutation Rename($input: RenameAccountInput!) {
      renameAccount(input: $input) {
        organisation { id name editVersion }
      }
    }
  `,
);

export const OPEN_ACCOUNT: TypedDocumentNode<OpenAccountMutation, OpenAccountMutationVariables> =
  parse(/* GraphQL */ `
    mutation OpenAccount($input: CreateAccountInput!) {
      createAccount(input: $input) {
        organisation { id name }
      }
    }
  `);
