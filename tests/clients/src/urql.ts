// urql for one signed-in person.

import { cacheExchange, Client, fetchExchange, mapExchange } from "@urql/core";
import { fetchAs, fingerprintOf, type Renew } from "./session.ts";

/** `changed` puts another client in this one's place: that is how urql's cache is emptied. */
export function urqlFor(url: string, renew: Renew, changed: () => void): Client {
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
    exchanges: [cacheExchange, watching, fetchExchange],
  });
}
