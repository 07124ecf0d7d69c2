// The people that the playground can speak for, as GET /dev/personas lists them.

import { NO_ANSWER } from "./session.ts";

export interface Grant {
  role: string; // a value of the enum RoleName
  title: string;
  organisation: string;
  organisationId: string;
}

export interface Persona {
  subject: string;
  name: string;
  email: string;
  status: string;
  grants: Grant[];
}

export interface People {
  personas: Persona[];
  more: boolean;
}

/** Somebody at one organisation, with what they hold there. */
export interface Place {
  key: string;
  persona: Persona;
  roles: string;
}

/** The people of one organisation, or those of none. */
export interface Group {
  key: string;
  title: string;
  places: Place[];
}

/** Somebody with a valid token whom the database does not know: they may open an account. */
export const STRANGER: Persona = {
  subject: "newcomer",
  name: "A newcomer",
  email: "newcomer@example.test",
  status: "NOT REGISTERED",
  grants: [],
};

const NOWHERE = "At no organisation";

export async function loadPeople(): Promise<People> {
  const response = await fetch("/dev/personas", { credentials: "omit" }).catch(() => {
    throw new Error(NO_ANSWER);
  });
  if (!response.ok) throw new Error(`The list of people was refused with status ${response.status}.`);
  const people = (await response.json()) as People;
  return { ...people, personas: [...people.personas, STRANGER] };
}

/** Each role once, with the organisations it is held at: "Owner at Alder and Birch". */
export function describe(persona: Persona): string {
  const held = new Map<string, string[]>();
  for (const { title, organisation } of persona.grants) {
    held.set(title, [...(held.get(title) ?? []), organisation]);
  }
  const roles = [...held].map(([title, places]) => `${title} at ${places.join(" and ")}`);
  return [...roles, ...statusOf(persona)].join(" · ") || "no role";
}

/** Organisations by name with their people, and at last whoever is at none. */
export function grouped(personas: Persona[]): Group[] {
  const groups = new Map<string, Group>();
  for (const persona of personas) {
    for (const { organisationId: key, organisation: title } of persona.grants) {
      const group = groups.get(key) ?? { key, title, places: [] };
      groups.set(key, group);
      if (group.places.at(-1)?.persona !== persona) group.places.push(placeOf(persona, key));
    }
  }
  const nowhere = personas.filter(({ grants }) => grants.length === 0).map((persona) => placeOf(persona, ""));
  const sorted = [...groups.values()].sort((one, other) => one.title.localeCompare(other.title));
  return [...sorted, { key: "", title: NOWHERE, places: nowhere }];
}

function placeOf(persona: Persona, organisationId: string): Place {
  const here = persona.grants.filter((grant) => grant.organisationId === organisationId);
  const titles = new Set(here.map(({ title }) => title));
  return {
    key: `${organisationId} ${persona.subject}`,
    persona,
    roles: [...titles, ...statusOf(persona)].join(" · ") || "no role",
  };
}

function statusOf({ status }: Persona): string[] {
  return status === "ACTIVE" ? [] : [status.toLowerCase()];
}

/** Who matches every word of the search by name, handle, role, organisation or status. */
export function matching(groups: Group[], search: string): Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({ ...group, places: group.places.filter((place) => matches(group, place, words)) }))
    .filter(({ places }) => places.length > 0);
}

function matches({ key, title }: Group, { persona, roles }: Place, words: string[]): boolean {
  const names = persona.grants.filter(({ organisationId }) => organisationId === key).map(({ role }) => role);
  const text = [persona.name, persona.subject, roles, title, ...names].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
