// The switch: people by organisation, to search by name, handle, role or organisation.

import {
  Combobox,
  ComboboxButton,
  ComboboxInput,
  ComboboxOption,
  ComboboxOptions,
  Field,
  Label,
} from "@headlessui/react";
import { useMemo, useState } from "react";
import { describe, type Group, grouped, matching, type People, type Persona, type Place } from "./personas.ts";

interface Props {
  people: People;
  chosen: Persona;
  onChoose: (persona: Persona) => void;
}

export function PersonaPicker({ people, chosen, onChoose }: Props) {
  const [search, setSearch] = useState("");
  const groups = useMemo(() => grouped(people.personas), [people]);
  const found = matching(groups, search);
  return (
    <Field className="picker">
      <Label>Ask as</Label>
      <Combobox
        immediate
        by={(one: Place | null, other: Place | null) => one?.persona.subject === other?.persona.subject}
        value={placesOf(groups).find(({ persona }) => persona.subject === chosen.subject) ?? null}
        onChange={(place: Place | null) => place && onChoose(place.persona)}
        onClose={() => setSearch("")}
      >
        <ComboboxInput
          displayValue={(place: Place | null) => place?.persona.name ?? ""}
          onChange={(event) => setSearch(event.target.value)}
          onFocus={(event) => event.target.select()}
          aria-describedby="persona"
          autoComplete="off"
          spellCheck={false}
        />
        <ComboboxButton aria-label="Show everybody">▾</ComboboxButton>
        <ComboboxOptions modal={false} anchor={{ to: "bottom start", gap: 4, padding: 8 }} className="people">
          {found.map((group) => (
            <div key={group.key} role="group" aria-labelledby={`group-${group.key}`}>
              <div id={`group-${group.key}`} className="organisation">
                {group.title}
              </div>
              {group.places.map((place) => (
                <ComboboxOption key={place.key} value={place} className="person">
                  <span className="name">{place.persona.name}</span>{" "}
                  <span className="handle">{place.persona.subject}</span>
                  <span className="roles">{place.roles}</span>
                </ComboboxOption>
              ))}
            </div>
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

function placesOf(groups: Group[]): Place[] {
  return groups.flatMap(({ places }) => places);
}
