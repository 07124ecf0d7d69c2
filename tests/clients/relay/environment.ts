// Relay for one signed-in person.

import { Environment, Network, RecordSource, Store } from "relay-runtime";
import { fetchAs, fingerprintOf, type Renew } from "../src/session.ts";

/** `changed` puts another environment in this one's place, and with it an empty store. */
export function relayFor(url: string, renew: Renew, changed: () => void): Environment {
  const send = fetchAs(renew);
  let known: string | undefined;
  const network = Network.create(async ({ name, text }, variables) => {
    const response = await send(url, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ query: text, operationName: name, variables }),
    });
    const answer = await response.json();
    const fingerprint = fingerprintOf(answer.extensions) ?? known;
    if (known && fingerprint !== known) changed();
    known = fingerprint;
    return answer;
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}
