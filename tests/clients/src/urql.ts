// urql for one signed-in person.

import { cacheExchange, Client, type Exchange, fetchExchange, mapExchange } from "@urql/core";
import { cacheExchange as graphcache } from "@urql/exchange-graphcache";
import { keys, resolvers } from "./made/urql.ts";
import { OPEN_ACCOUNT } from "./operations.ts";
import { fetchAs, fingerprintOf, once, type Renew } from "./session.ts";

/** urql's normalised cache, in place of its document cache. */
export const normalised = () => graphcache({ keys, resolvers });

/** `changed` puts another client in this one's place: that is how urql's cache is emptied. */
export function urqlFor(
  url: string,
  renew: Renew,
  changed: () => void,
  cache: Exchange = cacheExchange,
): Client {
  let known: string | undefined;
  const watching = mapExchange({
    onResult({ extensions }) {
      const fingerprint = fingerprintOf(extensions) ?? known;
      if (known && fingerprint !== known) changed();
      known = fingerprint;
    },
  });
  return new Client({
    url,
    fetch: fetchAs(renew),
    preferGetMethod: false,
    exchanges: [cache, watching, fetchExchange],
  });
}

/** Opens an account, once for each `headers`, however often it is sent. */
export function openAccount(client: Client, name: string, headers = once()) {
  return client.mutation(OPEN_ACCOUNT, { input: { name } }, { fetchOptions: { headers } });
}
