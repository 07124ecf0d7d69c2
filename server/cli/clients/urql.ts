// What urql's Graphcache must know of the schema; made by `fieldgate schema --client urql`.

import type { KeyingConfig, ResolverConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** Keeps an object without an id inside of the one that leads to it. */
const within = () => null;

/** Keeps a card by the id that it shows, and inside of its row where that was not asked for. */
const shown = (key: string) => (card: Record<string, unknown>) => {
  const id = card[key];
  return typeof id === "string" ? id : null;
};

export const keys: KeyingConfig = {
  // The policies of the types stand here.
};

export const resolvers: ResolverConfig = {
  // The policies of the types stand here.
};
