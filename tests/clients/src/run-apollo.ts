// Runs Apollo Client against a server: node run-apollo.ts URL. Prints what it saw as JSON.

import { CombinedGraphQLErrors } from "@apollo/client";
import { apolloFor, openAccount } from "./apollo.ts";
import { ACCOUNTS, OPEN_ACCOUNT, RENAME, TEAM } from "./operations.ts";
import { as, GRAPHQL, oneAfterTheOther, token } from "./people.ts";
import { fingerprintOf, once, replayedIn } from "./session.ts";
import { withheldAt } from "./withheld.ts";

const WARNINGS = ["organisations", "nodes", 0, "account", "warnings"];
const NAME = ["me", "name"];

const errorsOf = (error: unknown) => (CombinedGraphQLErrors.is(error) ? error.errors : []);
const codesOf = (error: unknown) => errorsOf(error).map(({ extensions }) => extensions?.["code"]);

const olga = apolloFor(GRAPHQL, as("olga"));
const accounts = await olga.query({ query: ACCOUNTS });
const alder = accounts.data?.organisations?.nodes[0];
const id = alder?.id ?? "";

// Pages, by cursor
const first = { id, first: 2 };
const team = olga.watchQuery({ query: TEAM, variables: first });
team.subscribe({});
let page = (await team.refetch()).data?.organisation?.account?.team;
const sizes = [page?.edges.length];
while (page?.pageInfo.hasNextPage) {
  const { data } = await team.fetchMore({ variables: { after: page.pageInfo.endCursor } });
  page = data?.organisation?.account?.team;
  sizes.push(page?.edges.length);
}
const joined = olga.cache.readQuery({ query: TEAM, variables: first });

// A change
const input = { organisationId: id, name: "Alder and Sons", ifVersion: alder?.editVersion };
const renamed = await olga.mutate({ mutation: RENAME, variables: { input } });
const stale = await olga.mutate({ mutation: RENAME, variables: { input } });
const cached = olga.cache.readQuery({ query: ACCOUNTS });

// What is withheld
const vera = apolloFor(GRAPHQL, as("vera"));
const answered = await vera.query({ query: ACCOUNTS });
const again = await vera.query({ query: ACCOUNTS });
const none = await vera
  .query({ query: ACCOUNTS, errorPolicy: "none", fetchPolicy: "no-cache" })
  .catch((error: unknown) => error);
const aisha = apolloFor(GRAPHQL, as("aisha"));
await aisha.query({ query: TEAM, variables: first });
const hidden = aisha.cache.readQuery({ query: TEAM, variables: first });

// Caches
const cora = apolloFor(GRAPHQL, as("cora"));
const coras = await cora.query({ query: ACCOUNTS });
const watched: unknown[] = [];
const askedAgain = Promise.withResolvers<void>();
vera.watchQuery({ query: ACCOUNTS }).subscribe(({ loading, data }) => {
  if (loading) return;
  watched.push((data?.organisations?.nodes ?? []).map(({ name }) => name));
  if (watched.length === 2) askedAgain.resolve();
});
const vetch = { input: { name: "Vetch" } };
const opened = await vera.mutate({ mutation: OPEN_ACCOUNT, variables: vetch });
await askedAgain.promise;

// A change that is sent twice
const headers = once();
const attempts = [
  await openAccount(cora, "Comfrey", headers),
  await openAccount(cora, "Comfrey", headers),
];

// Tokens
const spoilt = "not.a.token";
const renewing = oneAfterTheOther(spoilt, await token("olga"));
const renewed = await apolloFor(GRAPHQL, renewing).query({ query: ACCOUNTS });
const refusing = oneAfterTheOther(spoilt);
const refused = await apolloFor(GRAPHQL, refusing).query({ query: ACCOUNTS });

console.log(
  JSON.stringify({
    read: { name: alder?.name, warnings: alder?.account?.warnings, error: accounts.error ?? null },
    pages: sizes,
    team: joined?.organisation?.account?.team?.edges.map(({ node }) => node.user?.name),
    total: joined?.organisation?.account?.team?.totalCount,
    renamed: renamed.data?.renameAccount?.organisation?.name,
    cachedName: cached?.organisations?.nodes[0]?.name,
    stale: errorsOf(stale.error).map(({ extensions }) => extensions),
    withheld: {
      data: answered.data?.organisations?.nodes[0],
      reason: withheldAt(errorsOf(answered.error), WARNINGS),
      reasonOfValue: withheldAt(errorsOf(answered.error), NAME) ?? null,
    },
    fromCache: { data: again.data?.organisations?.nodes[0], error: again.error ?? null },
    policyNone: codesOf(none),
    hiddenTeam: hidden?.organisation?.account?.team,
    caches: {
      olga: JSON.stringify(olga.cache.extract()),
      cora: JSON.stringify(cora.cache.extract()),
    },
    coras: coras.data?.organisations?.nodes.map(({ name }) => name),
    veras: {
      before: CombinedGraphQLErrors.is(answered.error) && fingerprintOf(answered.error.extensions),
      after: fingerprintOf(opened.extensions),
    },
    watched,
    attempts: attempts.map(({ data, extensions }) => ({
      id: data?.createAccount?.organisation?.id,
      replayed: replayedIn(extensions),
    })),
    renewed: { name: renewed.data?.me?.name, tokens: renewing.given },
    refused: { codes: codesOf(refused.error), data: refused.data ?? null, tokens: refusing.given },
  }),
);
