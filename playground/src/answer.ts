// Which nulls of an answer were withheld, where they stand in its text, and why.

import { findNodeAtLocation, getNodeValue, type JSONPath, type Node, parseTree } from "jsonc-parser";

export interface Reason {
  code: string;
  coordinate: string;
  message: string;
  action: string;
  source: string;
  requires: string[];
}

export interface Place extends Reason {
  offset: number;
  length: number;
}

/** One coordinate and code, with how many positions of the answer it stands at. */
export interface Line extends Reason {
  count: number;
  first: Place | undefined;
}

export interface Found {
  places: Place[];
  lines: Line[];
}

interface ResponseError {
  message?: string;
  path?: JSONPath;
  extensions?: Partial<Record<string, unknown>>;
}

/** Reads the text of a response; one that is no answer of Fieldgate holds nothing withheld. */
export function findWithheld(text: string): Found {
  const root = parseTree(text);
  const errors = root && valueAt<ResponseError[]>(root, ["errors"]);
  if (!root || !Array.isArray(errors)) return { places: [], lines: [] };
  const places = errors.flatMap((error) => placeOf(root, error) ?? []);
  return { places, lines: linesOf(root, places) };
}

function placeOf(root: Node, { message = "", path, extensions = {} }: ResponseError): Place | null {
  const node = path && findNodeAtLocation(root, ["data", ...path]);
  if (node?.type !== "null") return null;
  return {
    offset: node.offset,
    length: node.length,
    message,
    code: words(extensions["code"]).join(" "),
    coordinate: words(extensions["coordinate"]).join(" ") || String(path?.findLast(isName)),
    action: words(extensions["action"]).join(" "),
    source: words(extensions["source"]).join(", "),
    requires: words(extensions["requires"]),
  };
}

/** The counts are the answer's own; the reason is that of the first position. */
function linesOf(root: Node, places: Place[]): Line[] {
  const told = valueAt<Partial<Line>[]>(root, ["extensions", "authorization", "withheld"]) ?? [];
  return told.map(({ coordinate = "", code = "", count = 0 }) => {
    const first = places.find((place) => place.coordinate === coordinate && place.code === code);
    const { message = "", action = "", source = "", requires = [] } = first ?? {};
    return { coordinate, code, count, message, action, source, requires, first };
  });
}

function valueAt<Value>(root: Node, path: JSONPath): Value | undefined {
  const node = findNodeAtLocation(root, path);
  return node && (getNodeValue(node) as Value);
}

function words(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === null ? [] : [String(value)];
}

function isName(part: string | number): boolean {
  return typeof part === "string";
}
