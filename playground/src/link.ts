// A link to a query: its text, its variables and who asks. It is never run without being told to.

import type { Persona } from "./personas.ts";

/** What servers and programs take in one address. */
const LONGEST = 8_000;

export interface Linked {
  query: string | null;
  variables: string | null;
  subject: string;
}

export function readLink({ search, hash }: Location): Linked {
  const given = new URLSearchParams(search);
  return { query: given.get("query"), variables: given.get("variables"), subject: decoded(hash.slice(1)) };
}

/** The address of a query, or nothing when it would be too long for one. */
export function linkTo(persona: Persona, query: string, variables: string): string | null {
  const link = new URL(location.pathname, location.origin);
  link.searchParams.set("query", query);
  if (variables.trim()) link.searchParams.set("variables", variables);
  link.hash = encodeURIComponent(persona.subject);
  return link.href.length <= LONGEST ? link.href : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // nobody is called that
  }
}
