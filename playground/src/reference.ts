// What GET /dev/reference publishes: the whole schema, what its parts need, and the rules' words.

export interface Need {
  action: string;
  field: string | null;
  message: string; // the sentence of the server
  who: string; // who may
  sources: string[];
}

export interface Reference {
  schema: string;
  needs: Partial<Record<string, Need[]>>; // by coordinate
  sources: Partial<Record<string, string>>; // the words of a rule by its id
}

let held: Promise<Reference> | undefined;

/** Asked for once; a failure is not kept. */
export function loadReference(): Promise<Reference> {
  held ??= ask().catch((error: unknown) => {
    held = undefined;
    throw error;
  });
  return held;
}

async function ask(): Promise<Reference> {
  const response = await fetch("/dev/reference", { credentials: "omit" });
  if (!response.ok) throw new Error(`The reference was refused with status ${response.status}.`);
  return (await response.json()) as Reference;
}
