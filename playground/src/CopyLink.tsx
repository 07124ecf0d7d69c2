// The control that makes a link of the query, its variables and who asks.

import { useGraphiQL } from "@graphiql/react";
import { useState } from "react";
import { linkTo } from "./link.ts";
import type { Persona } from "./personas.ts";

const TOO_LONG = "This query is too long for a link.";

export function CopyLink({ persona }: { persona: Persona }) {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const [told, setTold] = useState("");

  async function copy(): Promise<void> {
    const link = linkTo(persona, query?.getValue() ?? "", variables?.getValue() ?? "");
    if (!link) return setTold(TOO_LONG);
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
      setTold("Link copied.");
    } catch {
      setTold("The link stands in the address bar.");
    }
  }

  return (
    <span className="link">
      <button type="button" onClick={() => void copy()} onBlur={() => setTold("")}>
        Copy link
      </button>
      <span role="status">{told}</span>
    </span>
  );
}
