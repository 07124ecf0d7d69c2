// Runs the GraphQL over HTTP audit of graphql-http: node audit.mjs URL, with the token in AUDIT_TOKEN.
// Prints one JSON line for each audit: name, status and, where it failed, the reason.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const authorization = `Bearer ${process.env.AUDIT_TOKEN}`;

function fetchFn(address, options = {}) {
  return fetch(address, { ...options, headers: { ...options.headers, authorization } });
}

for (const audit of serverAudits({ url, fetchFn })) {
  const { name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ name, status, reason }));
}
