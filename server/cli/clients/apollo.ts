// What Apollo Client's cache must know of the schema; made by `fieldgate schema --client apollo`.

import type {
  FieldPolicy,
  Reference,
  StoreObject,
  TypePolicies,
  TypePolicy,
} from "@apollo/client";

export const typePolicies: TypePolicies = {
  // The policies of the types stand here.
};

/** Keeps a card by the id that it shows, and inside of its row where that was not asked for. */
function card(key: string): TypePolicy {
  return { keyFields: (shown) => (shown[key] ? [key] : false), merge: false };
}

interface Row extends StoreObject {
  cursor?: string;
  node?: Reference | StoreObject;
}

interface PageInfo extends StoreObject {
  hasNextPage?: boolean;
  hasPreviousPage?: boolean;
  startCursor?: string | null;
  endCursor?: string | null;
}

/** What one answer holds of a connection; null where it was withheld or refused. */
interface Page extends StoreObject {
  edges?: readonly Row[];
  nodes?: readonly (Reference | StoreObject)[];
  pageInfo?: PageInfo;
}

/** The pages that were joined so far; without rows where only the total was asked for. */
interface Pages extends StoreObject {
  rows?: readonly Row[];
  pageInfo?: PageInfo;
}

/**
 * Joins the pages of a connection, which `edges` and `nodes` are both read from. `searching` are
 * the arguments that choose the rows. A field that names only `last` and `before` is read from the
 * end, and is another list than one that begins at the start.
 */
function pages(...searching: string[]): FieldPolicy<Pages | null, Page | null> {
  return {
    keyArgs: (args, { fieldName, field }) => {
      const named = field?.arguments?.map(({ name }) => name.value) ?? [];
      const end = ["last", "before"].some((name) => named.includes(name));
      const start = ["first", "after"].some((name) => named.includes(name));
      const chosen = searching.map((name) => [name, args?.[name]]);
      return `${fieldName}:${JSON.stringify([end && !start ? "last" : "first", ...chosen])}`;
    },
    read: (joined, { canRead }) => {
      if (!joined?.rows) return joined as Page | null | undefined;
      const { rows, ...parts } = joined;
      const edges = rows.filter(({ node }) => node === undefined || canRead(node));
      const nodes = edges.flatMap(({ node }) => (node === undefined ? [] : [node]));
      return { ...parts, edges, ...(nodes.length === edges.length && { nodes }) };
    },
    merge: (joined, page, { args }) => {
      const { after, before } = args ?? {};
      if (!page) return ((after || before) && joined) || null; // a refused page ends none before it
      const { edges, nodes, pageInfo, ...parts } = page;
      const found = rowsOf(page);
      if (!found) return { ...(pageInfo && { pageInfo }), ...joined, ...parts };
      const known = joined?.rows ?? [];
      const at = known.findIndex(({ cursor }) => cursor && cursor === (after ?? before));
      const info = { ...pageInfo };
      const kept = joined?.pageInfo;
      if (at >= 0 && after) {
        if (kept?.hasPreviousPage !== undefined) info.hasPreviousPage = kept.hasPreviousPage;
        if (kept?.startCursor) info.startCursor = kept.startCursor;
        if (!found.length && info.endCursor !== undefined) info.endCursor = after;
        return { ...joined, ...parts, rows: [...known.slice(0, at + 1), ...found], pageInfo: info };
      }
      if (at >= 0) {
        if (kept?.hasNextPage !== undefined) info.hasNextPage = kept.hasNextPage;
        if (kept?.endCursor) info.endCursor = kept.endCursor;
        if (!found.length && info.startCursor !== undefined) info.startCursor = before;
        return { ...joined, ...parts, rows: [...found, ...known.slice(at)], pageInfo: info };
      }
      return { ...joined, ...parts, rows: found, ...(pageInfo && { pageInfo }) };
    },
  };
}

/** The rows of a page, the first and the last with the cursors that `pageInfo` tells of them. */
function rowsOf({ __typename, edges, nodes, pageInfo }: Page): Row[] | undefined {
  const type = __typename?.replace(/Connection$/, "Edge");
  const rows: Row[] | undefined = edges
    ? edges.map((edge, at) => ({ ...(nodes && { node: nodes[at] }), ...edge }))
    : nodes?.map((node) => ({ ...(type && { __typename: type }), node }));
  const [first, last] = [rows?.at(0), rows?.at(-1)];
  if (first && pageInfo?.startCursor) first.cursor ??= pageInfo.startCursor;
  if (last && pageInfo?.endCursor) last.cursor ??= pageInfo.endCursor;
  return rows;
}
