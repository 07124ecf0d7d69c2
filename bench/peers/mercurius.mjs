// Mercurius with graphql-jit on Fastify; the two fields that a role may be refused carry a rule.
import Fastify from "fastify";
import mercurius from "mercurius";
import { contextOf } from "./data.mjs";

const schema = `
  type User { name: String }
  type Assignment { assignedBy: User }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Record {
    id: ID! firstName: String lastName: String email: String dateOfBirth: String uln: String
    standardTitle: String status: String startDate: String costPence: Int
    employer: Organisation assignments: [Assignment!]!
  }
  type RecordEdge { cursor: String! node: Record! }
  type RecordConnection { edges: [RecordEdge!]! pageInfo: PageInfo! }
  type MemberConnection { totalCount: Int! }
  type Organisation {
    id: ID! name: String
    members(first: Int!): MemberConnection!
    records(first: Int!): RecordConnection!
  }
  type OrganisationEdge { node: Organisation! }
  type OrganisationConnection { edges: [OrganisationEdge!]! }
  type Query {
    record(id: ID!): Record
    records(first: Int!): RecordConnection!
    organisations(first: Int!): OrganisationConnection!
  }
`;

const personal = (name) => (record, _, { caller }) => {
  if (caller.role === "employer_account.viewer") throw new Error("Your role does not open this.");
  return record[name];
};

const resolvers = {
  Query: {
    record: (_, { id }, context) => context.record(id),
    records: (_, { first }, context) => context.records(first),
    organisations: (_, { first }, context) => context.ownOrganisations(first),
  },
  Record: {
    id: ({ key }) => `rec_${key}`,
    dateOfBirth: personal("dateOfBirth"),
    uln: personal("uln"),
    employer: ({ employerId }, _, { organisations }) => organisations.load(employerId),
    assignments: ({ key }, _, { assignments }) => assignments.load(key),
  },
  Assignment: { assignedBy: ({ assignedById }, _, { users }) => users.load(assignedById) },
  Organisation: {
    id: ({ key }) => `org_${key}`,
    members: ({ key }, _, { members }) => members.load(key),
    records: ({ key }, { first }, { recordsOf }) => recordsOf.load({ key, first }),
  },
};

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema,
  resolvers,
  jit: 1,
  cache: 1024,
  graphiql: false,
  context: (request) => contextOf(request.headers.authorization),
});
await app.listen({ host: "127.0.0.1", port: Number(process.env.BENCH_PORT) });
