// One signed-in person's requests: a fetch that any GraphQL client can be given.

const UNAUTHENTICATED = 401;

/** Gets a new access token from whoever signs people in. */
export type Renew = () => Promise<string>;

/** Sends the person's token; where it is refused, gets a new one and sends the request again. */
export function fetchAs(renew: Renew): typeof fetch {
  let token: Promise<string> | undefined;
  const send = async (input: RequestInfo | URL, init?: RequestInit) => {
    const sent = (token ??= renew());
    sent.catch(() => (token = undefined));
    const headers = new Headers(init?.headers);
    headers.set("Authorization", `Bearer ${await sent}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === UNAUTHENTICATED && token === sent) token = undefined;
    return response;
  };
  return async (input, init) => {
    const response = await send(input, init);
    return response.status === UNAUTHENTICATED ? send(input, init) : response;
  };
}

/** The headers of one change: make them when the person acts, and send them with every attempt. */
export function once(): Record<string, string> {
  return { "Idempotency-Key": crypto.randomUUID() };
}

/** The response keys of changes that an earlier attempt has made already. */
export function replayedIn(extensions: object | undefined): string[] {
  return (extensions as { changes?: { replayed?: string[] } })?.changes?.replayed ?? [];
}

/** The key of what a person may do, which every answer of an operation carries. */
export function fingerprintOf(extensions: object | undefined): string | undefined {
  return (extensions as { authorization?: { fingerprint: string } })?.authorization?.fingerprint;
}
