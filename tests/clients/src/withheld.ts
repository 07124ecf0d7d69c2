// Telling a withheld value from one that is null.

interface ErrorOfAnAnswer {
  path?: readonly (string | number)[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/** Why the null at a path was withheld; undefined where null is the value. */
export function withheldAt(errors: readonly ErrorOfAnAnswer[], path: readonly (string | number)[]) {
  const wanted = JSON.stringify(path);
  return errors.find((error) => JSON.stringify(error.path) === wanted)?.extensions;
}
