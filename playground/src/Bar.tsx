// The bar on top: the persona switch, queries to begin with, and a link to the one that stands there.

import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { CopyLink } from "./CopyLink.tsx";
import { PersonaPicker } from "./PersonaPicker.tsx";
import type { People, Persona } from "./personas.ts";
import type { Session } from "./session.ts";
import { StarterMenu } from "./StarterMenu.tsx";

interface Props {
  people: People;
  persona: Persona;
  session: Session;
  onChoose: (persona: Persona) => void;
}

export function Bar({ people, persona, session, onChoose }: Props) {
  const response = useGraphiQL((state) => state.responseEditor);
  const { introspect, stop, updateActiveTabValues } = useGraphiQLActions();

  useEffect(() => {
    session.onReturn = () => void introspect();
  }, [session, introspect]);

  /** What the one was answered must not stand there under the name of the other. */
  function choose(chosen: Persona): void {
    if (chosen.subject === persona.subject) return;
    stop();
    response?.setValue("");
    updateActiveTabValues({ response: null });
    onChoose(chosen);
  }

  return (
    <>
      <h1>Fieldgate playground</h1>
      <PersonaPicker people={people} chosen={persona} onChoose={choose} />
      <StarterMenu persona={persona} />
      <CopyLink persona={persona} />
    </>
  );
}
