// Held to by the compiler alone: what the generated types say of a value that may be withheld.

import type { AccountsQuery, RenameAccountInput } from "./generated.ts";

export function warningsOf(answer: AccountsQuery): string {
  const warnings = answer.organisations?.nodes[0]?.account?.warnings;
  // @ts-expect-error -- they may be withheld, and then there is nothing to join
  warnings.join();
  return warnings?.join() ?? "withheld";
}

export const rename: RenameAccountInput = {
  organisationId: "org_a",
  name: "Alder",
  // @ts-expect-error -- a version is a number
  ifVersion: "1",
};
