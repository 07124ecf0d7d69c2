// The bar on top: the persona switch, and queries to begin with.

import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { PersonaPicker } from "./PersonaPicker.tsx";
import type { People, Persona } from "./personas.ts";
import { StarterMenu } from "./StarterMenu.tsx";

interface Props {
  people: People;
  persona: Persona;
  onChoose: (persona: Persona) => void;
}

export function Bar({ people, persona, onChoose }: Props) {
  const response = useGraphiQL((state) => state.responseEditor);
  const { stop, updateActiveTabValues } = useGraphiQLActions();

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
    </>
  );
}
