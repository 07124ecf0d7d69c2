// Runs Apollo's cache against a server: node run-apollo-cache.ts URL FILE. Prints what it saw.

import type { ObservableQuery } from "@apollo/client";
import { type DocumentNode, parse } from "graphql";
import { apolloFor } from "./apollo.ts";
import { type Case, cases, complaints, lead, type Lists } from "./cases.ts";
import { as, GRAPHQL } from "./people.ts";

const { halves, lists } = cases;

/** What is answered to both halves of a selection, and what the cache holds of each afterwards. */
async function half({ person, documents }: Case) {
  const client = apolloFor(GRAPHQL, as(person));
  const asked = documents.map((text) => parse(text));
  const answers = [];
  for (const query of asked) answers.push((await client.query({ query })).data);
  const kept = asked.map((query) => client.cache.diff({ query, optimistic: false, returnPartialData: true }));
  return { answers, kept: kept.map(({ result, complete }) => (complete ? result : null)) };
}

/** Asks for one more page, and lets the cache tell of it; the default policy would throw. */
async function more(query: ObservableQuery, variables: object) {
  const answer = await query.fetchMore({ variables, errorPolicy: "all" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  return answer;
}

/** The nodes of a list, page by page, and those that the cache has joined; and after a refusal. */
async function joined({ person, document, path, cursor, page, size }: Lists) {
  const client = apolloFor(GRAPHQL, as(person));
  const query: DocumentNode = parse(document);
  const watched = client.watchQuery({ query, variables: size });
  let answer = await new Promise<any>((resolve) => {
    watched.subscribe(({ loading, data }) => loading || resolve(lead(data, path)));
  });
  const pages = [answer];
  while (answer?.pageInfo[page === "endCursor" ? "hasNextPage" : "hasPreviousPage"]) {
    answer = lead((await more(watched, { [cursor]: answer.pageInfo[page] })).data, path);
    pages.push(answer);
  }
  const whole = lead(client.cache.readQuery({ query, variables: size }), path);
  const refused = await more(watched, { [cursor]: "of nobody" });
  const afterwards = lead(client.cache.readQuery({ query, variables: size }), path);
  const seen = lead(watched.getCurrentResult().data, path);
  return { pages, whole, refused: lead(refused.data, path), afterwards, seen };
}

/** What `fetchMore` does without its own error policy, whatever the defaults of the client say. */
async function unsaid({ person, document, size, cursor }: Lists) {
  const watched = apolloFor(GRAPHQL, as(person)).watchQuery({ query: parse(document), variables: size });
  return watched.fetchMore({ variables: { [cursor]: null } }).then(() => "answered", () => "thrown");
}

const answer = { halves: [] as unknown[], lists: [] as unknown[], complaints };
for (const each of halves) answer.halves.push(await half(each));
for (const each of lists) answer.lists.push(await joined(each));
const withheld = lists.filter(({ person }) => person === "ann");
console.log(JSON.stringify({ ...answer, unsaid: await Promise.all(withheld.map(unsaid)) }));
