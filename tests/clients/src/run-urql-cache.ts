// Runs urql's Graphcache against a server: node run-urql-cache.ts URL FILE. Prints what it saw.

import { type Client, gql } from "@urql/core";
import { type Case, cases, complaints, lead, type Lists } from "./cases.ts";
import { as, GRAPHQL } from "./people.ts";
import { normalised, urqlFor } from "./urql.ts";

const { halves, lists } = cases;

const clientOf = (person: string): Client =>
  urqlFor(GRAPHQL, as(person), () => complaints.push("The fingerprint changed."), normalised());

async function half({ person, documents }: Case) {
  const client = clientOf(person);
  const answers = [];
  for (const text of documents) answers.push((await client.query(gql(text), {})).data ?? null);
  const kept = documents.map((text) => client.readQuery(gql(text), {})?.data ?? null);
  return { answers, kept };
}

async function joined({ person, document, path, cursor, page, size }: Lists) {
  const client = clientOf(person);
  const query = gql(document);
  const ask = async (variables: object) => lead((await client.query(query, variables)).data, path);
  let answer = await ask(size);
  const pages = [answer];
  while (answer?.pageInfo[page === "endCursor" ? "hasNextPage" : "hasPreviousPage"]) {
    answer = await ask({ ...size, [cursor]: answer.pageInfo[page] });
    pages.push(answer);
  }
  const whole = lead(client.readQuery(query, size)?.data, path);
  const refused = await ask({ ...size, [cursor]: "of nobody" });
  const afterwards = lead(client.readQuery(query, size)?.data, path);
  return { pages, whole, refused: refused ?? null, afterwards, seen: afterwards };
}

const answer = { halves: [] as unknown[], lists: [] as unknown[], complaints };
for (const each of halves) answer.halves.push(await half(each));
for (const each of lists) answer.lists.push(await joined(each));
console.log(JSON.stringify(answer));
