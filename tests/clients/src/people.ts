// People of the demo world, who sign in at the development issuer of the server under test.

import type { Renew } from "./session.ts";

const [server] = process.argv.slice(2);

export const GRAPHQL = `${server}/graphql`;

/** Gets a development token of a person. */
export async function token(handle: string): Promise<string> {
  const response = await fetch(`${server}/dev/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ handle }),
  });
  const answer = (await response.json()) as { token: string };
  return answer.token;
}

export const as = (handle: string): Renew => () => token(handle);

/** Gives these tokens one after the other, the last one again and again; `given` counts. */
export function oneAfterTheOther(...tokens: string[]): Renew & { given: number } {
  const renew = async () => tokens[Math.min(renew.given++, tokens.length - 1)] ?? "";
  renew.given = 0;
  return renew;
}
