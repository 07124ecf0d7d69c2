// Runs urql against a server: node run-urql.ts URL. Prints what it saw as JSON.

import { Client, createRequest, fetchExchange } from "@urql/core";
import { ACCOUNTS, OPEN_ACCOUNT, RENAME, TEAM } from "./operations.ts";
import { as, GRAPHQL, oneAfterTheOther, token } from "./people.ts";
import { fetchAs, fingerprintOf, once, replayedIn } from "./session.ts";
import { openAccount, urqlFor } from "./urql.ts";
import { withheldAt } from "./withheld.ts";

const WARNINGS = ["organisations", "nodes", 0, "account", "warnings"];
const NAME = ["me", "name"];

const never = () => {
  throw new Error("What this person may do has not changed.");
};

const olga = urqlFor(GRAPHQL, as("olga"), never);
const accounts = await olga.query(ACCOUNTS, {});
const alder = accounts.data?.organisations?.nodes[0];
const id = alder?.id ?? "";

// Pages, by cursor
const from = (after: string | null) => olga.query(TEAM, { id, first: 2, after }).toPromise();
let page = (await from(null)).data?.organisation?.account?.team;
const pages = [page?.edges];
while (page?.pageInfo.hasNextPage) {
  page = (await from(page.pageInfo.endCursor)).data?.organisation?.account?.team;
  pages.push(page?.edges);
}

// A change
const input = { organisationId: id, name: "Alder and Sons", ifVersion: alder?.editVersion };
const renamed = await olga.mutation(RENAME, { input });
const stale = await olga.mutation(RENAME, { input });
const readAgain = await olga.query(ACCOUNTS, {});

// What is withheld, and a cache that is left behind
const clients: Client[] = [];
const open = () => void clients.push(urqlFor(GRAPHQL, as("vera"), open));
open();
const veras = () => clients.at(-1) as Client;
const answered = await veras().query(ACCOUNTS, {});
const again = await veras().query(ACCOUNTS, {});
const opened = await veras().mutation(OPEN_ACCOUNT, { input: { name: "Vetch" } });
const known = await veras().query(ACCOUNTS, {});

// Another person with the same rights
const coras = await urqlFor(GRAPHQL, as("cora"), never).query(ACCOUNTS, {});

// A change that is sent twice
const headers = once();
const tess = urqlFor(GRAPHQL, as("tess"), () => {});
const attempts = [
  await openAccount(tess, "Teasel", headers),
  await openAccount(tess, "Teasel", headers),
];

// Tokens
const spoilt = "not.a.token";
const renewing = oneAfterTheOther(spoilt, await token("olga"));
const renewed = await urqlFor(GRAPHQL, renewing, never).query(ACCOUNTS, {});
const refusing = oneAfterTheOther(spoilt);
const refused = await urqlFor(GRAPHQL, refusing, never).query(ACCOUNTS, {});

// All or nothing
const mode = { authorization: { mode: "strict" } };
const strict = await veras().executeQuery(createRequest(ACCOUNTS, {}, mode), {
  requestPolicy: "network-only",
});

// The method that urql chooses when it is not told
const unsaid = new Client({ url: GRAPHQL, fetch: fetchAs(as("olga")), exchanges: [fetchExchange] });
const byGet = await unsaid.query(ACCOUNTS, {});

const namesOf = ({ data }: typeof accounts) => data?.organisations?.nodes.map(({ name }) => name);

console.log(
  JSON.stringify({
    read: { name: alder?.name, warnings: alder?.account?.warnings, error: accounts.error ?? null },
    pages: pages.map((edges) => edges?.map(({ node }) => node.user?.name)),
    renamed: renamed.data?.renameAccount?.organisation?.name,
    readAgain: namesOf(readAgain),
    stale: stale.error?.graphQLErrors.map(({ extensions }) => extensions),
    withheld: {
      data: answered.data?.organisations?.nodes[0],
      reason: withheldAt(answered.error?.graphQLErrors ?? [], WARNINGS),
      reasonOfValue: withheldAt(answered.error?.graphQLErrors ?? [], NAME) ?? null,
    },
    fromCache: {
      hit: again.operation.context.meta?.cacheOutcome,
      reason: withheldAt(again.error?.graphQLErrors ?? [], WARNINGS),
    },
    fingerprints: {
      olga: fingerprintOf(accounts.extensions),
      cora: fingerprintOf(coras.extensions),
      vera: fingerprintOf(answered.extensions),
      veraAsOwner: fingerprintOf(opened.extensions),
    },
    coras: namesOf(coras),
    attempts: attempts.map(({ data, extensions }) => ({
      id: data?.createAccount?.organisation?.id,
      replayed: replayedIn(extensions),
    })),
    clients: clients.length,
    afterwards: { names: namesOf(known), hit: known.operation.context.meta?.cacheOutcome },
    renewed: { name: renewed.data?.me?.name, tokens: renewing.given },
    refused: {
      codes: refused.error?.graphQLErrors.map(({ extensions }) => extensions["code"]),
      data: refused.data ?? null,
      tokens: refusing.given,
    },
    strict: {
      status: strict.error?.response?.status,
      codes: strict.error?.graphQLErrors.map(({ extensions }) => extensions["code"]),
      data: strict.data ?? null,
    },
    byGet: { status: byGet.error?.response?.status, error: byGet.error?.message },
  }),
);
