// The people that the playground can speak for, as GET /dev/personas lists them.

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

/** Somebody with a valid token whom the database does not know: they may open an account. */
export const STRANGER: Persona = {
  subject: "newcomer",
  name: "A newcomer",
  email: "newcomer@example.test",
  status: "NOT REGISTERED",
  grants: [],
};

export async function loadPeople(): Promise<People> {
  const response = await fetch("/dev/personas", { credentials: "omit" });
  if (!response.ok) throw new Error(`The list of people was refused with status ${response.status}.`);
  const people = (await response.json()) as People;
  return { ...people, personas: [...people.personas, STRANGER] };
}

/** Each role once, with the organisations it is held at: "Owner of Alder and Birch". */
export function describe(persona: Persona): string {
  const held = new Map<string, string[]>();
  for (const { title, organisation } of persona.grants) {
    held.set(title, [...(held.get(title) ?? []), organisation]);
  }
  const roles = [...held].map(([title, places]) => `${title} at ${places.join(" and ")}`);
  if (persona.status !== "ACTIVE") roles.push(persona.status.toLowerCase());
  return roles.join(" · ") || "no role";
}

/** Whoever matches every word of the search by name, handle, role, organisation or status. */
export function matching(personas: Persona[], search: string): Persona[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return personas.filter((persona) => {
    const roles = persona.grants.map((grant) => grant.role);
    const text = [persona.name, persona.subject, describe(persona), ...roles].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
