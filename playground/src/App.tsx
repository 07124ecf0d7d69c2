// The page: who asks, above GraphiQL, which asks with a token of that person.

import { GraphiQL } from "graphiql";
import { use, useMemo, useState } from "react";
import { createPortal } from "react-dom";
import { Answer } from "./Answer.tsx";
import { Bar } from "./Bar.tsx";
import { FirstLight } from "./FirstLight.tsx";
import { readLink } from "./link.ts";
import { loadPeople, type Persona, STRANGER } from "./personas.ts";
import { Readable } from "./Readable.tsx";
import { Session } from "./session.ts";
import { STARTERS, variablesOf } from "./starters.ts";

const FIRST = "olga"; // whom the README begins with
const people = loadPeople();
const linked = readLink(location);
const bar = document.querySelector("#bar")!;

export function App() {
  const known = use(people);
  const [persona, setPersona] = useState(() => whoAsked(known.personas));
  const session = useMemo(() => new Session(persona), [persona]);
  const [tabs] = useState(() => firstTabs(persona));

  function choose(chosen: Persona): void {
    history.replaceState(null, "", `#${encodeURIComponent(chosen.subject)}`);
    setPersona(chosen);
  }

  return (
    <GraphiQL
      fetcher={session.fetcher} // with each new one GraphiQL asks for the schema
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      defaultTabs={tabs}
      {...(linked.query !== null && { initialQuery: linked.query, initialVariables: linked.variables ?? "" })}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Readable />
        <FirstLight linked={linked.query !== null} />
        <Answer />
      </GraphiQL.Footer>
      {createPortal(<Bar people={known} persona={persona} session={session} onChoose={choose} />, bar)}
    </GraphiQL>
  );
}

/** The person that the address names, so that a reload keeps them; else the first to try. */
function whoAsked(personas: Persona[]): Persona {
  const find = (subject: string) => personas.find((persona) => persona.subject === subject);
  return find(linked.subject) ?? find(FIRST) ?? personas[0] ?? STRANGER;
}

function firstTabs(persona: Persona) {
  if (linked.query !== null) return [{ query: linked.query, variables: linked.variables ?? "" }];
  const starter = STARTERS.find((each) => each.isFor(persona));
  return starter ? [{ query: starter.query, variables: variablesOf(starter, persona) }] : [];
}
