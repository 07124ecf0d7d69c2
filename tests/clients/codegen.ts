// graphql-codegen: the types of the operations in src/, in src/generated.ts.

import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: ["src/operations.ts"],
  generates: {
    "src/generated.ts": {
      plugins: ["typescript-operations"],
      config: { scalars: { DateTime: "string" }, defaultScalarType: "unknown" },
    },
  },
};

export default config;
