// Apollo Client for one signed-in person.

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { tap } from "rxjs";
import { typePolicies } from "./made/apollo.ts";
import { OPEN_ACCOUNT } from "./operations.ts";
import { fetchAs, fingerprintOf, once, type Renew } from "./session.ts";

export function apolloFor(uri: string, renew: Renew): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([forgetting(), new HttpLink({ uri, fetch: fetchAs(renew) })]),
    cache: new InMemoryCache({ typePolicies }),
    defaultOptions: {
      watchQuery: { errorPolicy: "all" },
      query: { errorPolicy: "all" },
      mutate: { errorPolicy: "all" },
    },
  });
}

// TypeScript wants these defaults declared, since they change what a result may hold.
declare module "@apollo/client" {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface WatchQuery { errorPolicy: "all" }
      interface Query { errorPolicy: "all" }
      interface Mutate { errorPolicy: "all" }
    }
  }
}

/** Empties the cache when what the person may do has changed; active queries are asked again. */
function forgetting(): ApolloLink {
  let known: string | undefined;
  return new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap(({ extensions }) => {
        const fingerprint = fingerprintOf(extensions) ?? known;
        if (known && fingerprint !== known) void operation.client.cache.reset();
        known = fingerprint;
      }),
    ),
  );
}

/** Opens an account, once for each `headers`, however often it is sent. */
export function openAccount(client: ApolloClient, name: string, headers = once()) {
  return client.mutate({
    mutation: OPEN_ACCOUNT,
    variables: { input: { name } },
    context: { headers },
  });
}
