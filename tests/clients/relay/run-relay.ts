// Runs Relay against a server: node run-relay.ts URL ID, as Vera. Prints what it saw as JSON.

import { commitMutation, fetchQuery } from "relay-runtime";
import { as, GRAPHQL } from "../src/people.ts";
import cards from "./__generated__/AccountCardsQuery.graphql.ts";
import open from "./__generated__/AccountOpenMutation.graphql.ts";
import thrown from "./__generated__/AccountOrErrorQuery.graphql.ts";
import caught from "./__generated__/AccountQuery.graphql.ts";
import { relayFor } from "./environment.ts";

const [, id] = process.argv.slice(2);
let changes = 0;
const vera = relayFor(GRAPHQL, as("vera"), () => (changes += 1));

const complaints: string[] = [];
for (const level of ["warn", "error"] as const) {
  console[level] = (...said: unknown[]) => void complaints.push(said.map(String).join(" "));
}

const olga = relayFor(GRAPHQL, as("olga"), () => undefined);
const [record] = (await fetchQuery(olga, cards, { id }).toPromise()).organisation.account
  .apprenticeships.nodes;

const { name, account } = (await fetchQuery(vera, caught, { id }).toPromise()).organisation;
const error = await fetchQuery(vera, thrown, { id }).toPromise().catch(String);
const before = changes;
const { createAccount } = await new Promise((onCompleted, onError) => {
  commitMutation(vera, {
    mutation: open,
    variables: { input: { name: "Vetch" } },
    onCompleted,
    onError,
  });
});

console.log(
  JSON.stringify({
    name,
    employer: record.employer,
    complaints,
    warnings: account.warnings,
    error,
    opened: createAccount.organisation.name,
    changes: [before, changes],
  }),
);
