// The starter queries: one file each, which begins with its title and the roles that it is for.

import type { Persona } from "./personas.ts";

export interface Starter {
  title: string;
  query: string;
  roles: string[]; // `anybody`, `nobody yet` for who has none, or how the names of roles begin
  isFor(persona: Persona): boolean;
}

const FILES = import.meta.glob<string>("./starters/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const HEAD = /^# (?<title>.+)\n(?<roleLine># For: (?<roles>.+)\n)/;

export const STARTERS: Starter[] = Object.keys(FILES)
  .sort()
  .map((path) => read(path, FILES[path] ?? ""));

function read(path: string, query: string): Starter {
  const { title, roles, roleLine } = HEAD.exec(query)?.groups ?? {};
  if (!title || !roles || !roleLine) throw new Error(`${path} does not begin with its title and roles.`);
  const named = roles.split(", ");
  return {
    title,
    query: query.replace(roleLine, ""),
    roles: named,
    isFor: (persona) => named.some((name) => holds(persona, name)),
  };
}

function holds(persona: Persona, name: string): boolean {
  if (name === "anybody") return true;
  if (name === "nobody yet") return persona.grants.length === 0;
  return persona.grants.some((grant) => grant.role.startsWith(name));
}

/** The values of the variables that a starter may declare, taken from the grant that it is for. */
export function variablesOf(starter: Starter, persona: Persona): string {
  const grant = persona.grants.find(({ role }) => starter.roles.some((name) => role.startsWith(name)));
  const known = { role: grant?.role, organisationId: grant?.organisationId };
  const used = Object.entries(known).filter(([name]) => starter.query.includes(`$${name}`));
  return used.length ? JSON.stringify(Object.fromEntries(used), null, 2) : "";
}
