// What of an answer was withheld and what is an error, where each stands in its text, and why.

import { findNodeAtLocation, getNodeValue, type JSONPath, type Node, parseTree } from "jsonc-parser";

export interface Reason {
  code: string;
  coordinate: string;
  message: string;
  action: string;
  source: string; // the ids of rules, with commas between them
  requires: string[];
}

/** A null of the data that stands for no value. */
export interface Place extends Reason {
  offset: number;
  length: number;
  withheld: boolean; // else an error is the reason
}

/** One coordinate and code, with how many positions of the answer it stands at. */
export interface Line extends Reason {
  count: number;
  first: Place | undefined;
}

export interface Fault extends Reason {
  place: Place | undefined;
}

export interface Found {
  places: Place[];
  withheld: Line[];
  faults: Fault[];
}

export const NOTHING: Found = { places: [], withheld: [], faults: [] };

interface ResponseError {
  message?: string;
  path?: JSONPath;
  extensions?: Partial<Record<string, unknown>>;
}

/** Withheld is what the answer itself counts as that; whatever else has an error is a fault. */
export function readAnswer(text: string): Found {
  const root = parseTree(text);
  const errors = root && valueAt<ResponseError[]>(root, ["errors"]);
  if (!root || !Array.isArray(errors)) return NOTHING;
  const told = valueAt<Partial<Line>[]>(root, ["extensions", "authorization", "withheld"]) ?? [];
  const all = errors.map((error): Fault => {
    const reason = reasonOf(error);
    return { ...reason, place: placeOf(root, error, reason, told.some((line) => isOf(line, reason))) };
  });
  return {
    places: all.flatMap(({ place }) => place ?? []),
    withheld: told.map((line) => lineOf(line, all)),
    faults: all.filter((fault) => !told.some((line) => isOf(line, fault))),
  };
}

/** The count is the answer's own; the reason is that of the first position. */
function lineOf({ coordinate = "", code = "", count = 0 }: Partial<Line>, all: Fault[]): Line {
  const same = all.filter((each) => isOf({ coordinate, code }, each));
  const { message = "", action = "", source = "", requires = [] } = same[0] ?? {};
  const first = same.find((each) => each.place)?.place;
  return { coordinate, code, count, message, action, source, requires, first };
}

function isOf(line: Partial<Reason>, { coordinate, code }: Reason): boolean {
  return line.coordinate === coordinate && line.code === code;
}

function reasonOf({ message = "", path, extensions = {} }: ResponseError): Reason {
  return {
    message,
    code: words(extensions["code"]).join(" "),
    coordinate: words(extensions["coordinate"]).join(" ") || String(path?.findLast(isName) ?? ""),
    action: words(extensions["action"]).join(" "),
    source: words(extensions["source"]).join(", "),
    requires: words(extensions["requires"]),
  };
}

function placeOf(root: Node, { path }: ResponseError, reason: Reason, withheld: boolean): Place | undefined {
  const node = path && findNodeAtLocation(root, ["data", ...path]);
  if (node?.type !== "null") return undefined;
  return { ...reason, withheld, offset: node.offset, length: node.length };
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
