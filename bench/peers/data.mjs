// What Mercurius answers from: who asks, and the statements behind its resolvers.
import DataLoader from "dataloader";
import { createVerifier } from "fast-jwt";
import pg from "pg";

const { BENCH_DATABASE_URL, BENCH_GRANTS, BENCH_SECRET } = process.env;
const pool = new pg.Pool({ connectionString: BENCH_DATABASE_URL, max: 16, idleTimeoutMillis: 0 });
const verify = createVerifier({ key: BENCH_SECRET, algorithms: ["HS256"], cache: true });

// A named statement is prepared once a connection.
const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const RECORD = `r.id AS key, r.employer_id AS "employerId", r.first_name AS "firstName",
  r.last_name AS "lastName", r.email, r.date_of_birth AS "dateOfBirth", r.uln,
  r.standard_title AS "standardTitle", r.status, r.start_date AS "startDate",
  r.cost_pence AS "costPence"`;
const ORGANISATION = "o.id AS key, o.name";

const GRANTS = `SELECT u.id, g.role, g.organisation_id FROM users u
  JOIN role_grants g ON g.user_id = u.id AND g.starts_at <= $2
    AND (g.ends_at IS NULL OR g.ends_at > $2)
  JOIN organisations o ON o.id = g.organisation_id AND o.status = 'OPEN'
  WHERE u.subject = $1 AND u.status = 'ACTIVE'`;

async function callerOf(claims, now) {
  if (!BENCH_GRANTS) return claims;
  const held = await rows("grants", GRANTS, [claims.sub, now]);
  return {
    user: held[0].id,
    role: held[0].role,
    organisations: held.map((grant) => grant.organisation_id),
  };
}

function scopeOf(caller, place) {
  if (caller.role === "employer_account.transactor") {
    const text = `r.id IN (SELECT i.record_id FROM caseload_items i
      JOIN caseloads c ON c.id = i.caseload_id WHERE c.owner_id = $${place})`;
    return { name: "assigned", text, value: caller.user };
  }
  return { name: "all", text: `r.employer_id = ANY($${place})`, value: caller.organisations };
}

function page(found, first) {
  const edges = found
    .slice(0, first)
    .map((node) => ({ cursor: Buffer.from(node.key).toString("base64"), node }));
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage: found.length > first, endCursor } };
}

const byKey = (found, keys) => {
  const known = new Map(found.map((row) => [row.key, row]));
  return keys.map((key) => known.get(key) ?? null);
};

const grouped = (found, keys, column) => {
  const groups = new Map(keys.map((key) => [key, []]));
  for (const row of found) groups.get(row[column]).push(row);
  return keys.map((key) => groups.get(key));
};

export async function contextOf(authorization) {
  const now = Date.now();
  const caller = await callerOf(verify(authorization.slice("Bearer ".length)), now);
  const users = new DataLoader(async (keys) =>
    byKey(await rows("users", "SELECT id AS key, name FROM users WHERE id = ANY($1)", [keys]), keys),
  );
  const organisations = new DataLoader(async (keys) => {
    const text = `SELECT ${ORGANISATION} FROM organisations o WHERE o.id = ANY($1)`;
    return byKey(await rows("organisations", text, [keys]), keys);
  });
  const assignments = new DataLoader(async (keys) => {
    const text = `SELECT record_id AS "recordId", assigned_by_id AS "assignedById"
      FROM caseload_items WHERE record_id = ANY($1) ORDER BY record_id, id`;
    return grouped(await rows("assignments", text, [keys]), keys, "recordId");
  });
  const members = new DataLoader(async (keys) => {
    const text = `SELECT organisation_id AS key, count(*)::int AS "totalCount" FROM role_grants
      WHERE organisation_id = ANY($1) AND system = 'employer_account'
        AND (ends_at IS NULL OR ends_at > $2) GROUP BY 1`;
    const counted = byKey(await rows("members", text, [keys, now]), keys);
    return counted.map((row) => row ?? { totalCount: 0 });
  });
  const recordsOf = new DataLoader(
    async (asked) => {
      const keys = asked.map(({ key }) => key);
      const { first } = asked[0];
      const scope = scopeOf(caller, 3);
      const text = `SELECT r.* FROM unnest($1::text[]) AS o(id) CROSS JOIN LATERAL (
        SELECT ${RECORD} FROM apprentice_records r
        WHERE r.employer_id = o.id AND ${scope.text} ORDER BY r.id LIMIT $2) r`;
      const found = await rows(`of-${scope.name}`, text, [keys, first + 1, scope.value]);
      return grouped(found, keys, "employerId").map((each) => page(each, first));
    },
    { cacheKeyFn: ({ key, first }) => `${key}:${first}` },
  );

  return {
    caller,
    users,
    organisations,
    assignments,
    members,
    recordsOf,
    async record(id) {
      const scope = scopeOf(caller, 2);
      const text = `SELECT ${RECORD} FROM apprentice_records r WHERE r.id = $1 AND ${scope.text}`;
      const key = id.replace(/^rec_/, "");
      return (await rows(`one-${scope.name}`, text, [key, scope.value]))[0] ?? null;
    },
    async records(first) {
      const scope = scopeOf(caller, 2);
      const text = `SELECT ${RECORD} FROM apprentice_records r WHERE ${scope.text}
        ORDER BY r.id LIMIT $1`;
      return page(await rows(`page-${scope.name}`, text, [first + 1, scope.value]), first);
    },
    async ownOrganisations(first) {
      const text = `SELECT ${ORGANISATION} FROM organisations o WHERE o.id = ANY($1)
        ORDER BY o.name_sort, o.id LIMIT $2`;
      const found = await rows("own", text, [caller.organisations, first]);
      return { edges: found.map((node) => ({ node })) };
    },
  };
}
