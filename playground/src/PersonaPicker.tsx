// The switch: a list of people to search by name, handle, role or organisation.

import {
  Combobox,
  ComboboxButton,
  ComboboxInput,
  ComboboxOption,
  ComboboxOptions,
  Field,
  Label,
} from "@headlessui/react";
import { useState } from "react";
import { describe, matching, type People, type Persona } from "./personas.ts";

interface Props {
  people: People;
  chosen: Persona;
  onChoose: (persona: Persona) => void;
}

export function PersonaPicker({ people, chosen, onChoose }: Props) {
  const [search, setSearch] = useState("");
  const found = matching(people.personas, search);
  return (
    <Field className="picker">
      <Label>Ask as</Label>
      <Combobox
        immediate
        by="subject"
        value={chosen}
        onChange={(persona: Persona | null) => persona && onChoose(persona)}
        onClose={() => setSearch("")}
      >
        <ComboboxInput
          displayValue={(persona: Persona) => persona.name}
          onChange={(event) => setSearch(event.target.value)}
          onFocus={(event) => event.target.select()}
          aria-describedby="persona"
          autoComplete="off"
          spellCheck={false}
        />
        <ComboboxButton aria-label="Show everybody">▾</ComboboxButton>
        <ComboboxOptions modal={false} anchor={{ to: "bottom start", gap: 4 }} className="people">
          {found.map((persona) => (
            <ComboboxOption key={persona.subject} value={persona} className="person">
              <span className="name">{persona.name}</span> <span className="handle">{persona.subject}</span>
              <span className="roles">{describe(persona)}</span>
            </ComboboxOption>
          ))}
          {found.length === 0 && <div className="nobody">Nobody matches “{search}”.</div>}
          {people.more && <div className="nobody">There are more people than are listed here.</div>}
        </ComboboxOptions>
      </Combobox>
      <span id="persona" className="persona">
        {describe(chosen)}
      </span>
    </Field>
  );
}
