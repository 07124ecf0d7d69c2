// The page: who asks, above GraphiQL, which asks with a token of that person.

import { GraphiQL } from "graphiql";
import { use, useMemo, useState } from "react";
import { createPortal } from "react-dom";
import { Bar } from "./Bar.tsx";
import { loadPeople, type Persona, STRANGER } from "./personas.ts";
import { Session } from "./session.ts";
import { STARTERS, variablesOf } from "./starters.ts";
import { Withheld } from "./Withheld.tsx";

const FIRST = "olga"; // whom the README begins with
const people = loadPeople();
const bar = document.querySelector("#bar")!;

export function App() {
  const known = use(people);
  const [persona, setPersona] = useState(() => whoAsked(known.personas));
  const fetcher = useMemo(() => new Session(persona).fetcher, [persona]); // a new one is introspected
  const [tabs] = useState(() => firstTabs(persona));

  function choose(chosen: Persona): void {
    history.replaceState(null, "", `#${encodeURIComponent(chosen.subject)}`);
    setPersona(chosen);
  }

  return (
    <GraphiQL
      fetcher={fetcher}
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      defaultTabs={tabs}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Withheld />
      </GraphiQL.Footer>
      {createPortal(<Bar people={known} persona={persona} onChoose={choose} />, bar)}
    </GraphiQL>
  );
}

/** The person that the address names, so that a reload keeps them; else the first to try. */
function whoAsked(personas: Persona[]): Persona {
  const named = decodeURIComponent(location.hash.slice(1));
  const find = (subject: string) => personas.find((persona) => persona.subject === subject);
  return find(named) ?? find(FIRST) ?? personas[0] ?? STRANGER;
}

function firstTabs(persona: Persona) {
  const starter = STARTERS.find((each) => each.isFor(persona));
  return starter ? [{ query: starter.query, variables: variablesOf(starter, persona) }] : [];
}
