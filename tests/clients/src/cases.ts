// What the programs of the caches are asked to do, and what the caches say against it.

import { readFileSync } from "node:fs";

export interface Case {
  person: string;
  documents: string[];
}

export interface Lists {
  person: string;
  document: string;
  path: string[];
  cursor: "after" | "before";
  page: "endCursor" | "startCursor";
  size: object;
}

/** What the second argument of the program says: a file of JSON. */
export const cases: { halves: Case[]; lists: Lists[] } = JSON.parse(
  readFileSync(process.argv[3] ?? "", "utf-8"),
);

/** What stands at a path of an answer. */
export function lead(data: unknown, path: string[]): any {
  return path.reduce((found: any, name) => found?.[name], data);
}

/** Every warning and error that a client writes to the console. */
export const complaints: string[] = [];
for (const level of ["warn", "error", "debug"] as const) {
  console[level] = (...said: unknown[]) => void complaints.push(said.map(String).join(" "));
}
