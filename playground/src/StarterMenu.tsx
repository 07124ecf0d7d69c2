// Queries to begin with, chosen for the persona; one replaces the query in the editor.

import { type MonacoEditor, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { Menu, MenuButton, MenuItem, MenuItems } from "@headlessui/react";
import { Kind, type OperationDefinitionNode, parse } from "graphql";
import type { Persona } from "./personas.ts";
import { type Starter, STARTERS, variablesOf } from "./starters.ts";

export function StarterMenu({ persona }: { persona: Persona }) {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const { setOperationFacts } = useGraphiQLActions();

  function begin(starter: Starter): void {
    if (query) replace(query, starter.query);
    if (variables) replace(variables, variablesOf(starter, persona));
    // GraphiQL reads the editor a moment later: run at once, it would name the operation before.
    setOperationFacts(factsOf(starter.query));
  }

  return (
    <Menu>
      <MenuButton className="starters">Starter queries ▾</MenuButton>
      <MenuItems modal={false} anchor={{ to: "bottom end", gap: 4 }} className="starter-list">
        {STARTERS.filter((starter) => starter.isFor(persona)).map((starter) => (
          <MenuItem key={starter.title}>
            <button type="button" onClick={() => begin(starter)}>
              {starter.title}
            </button>
          </MenuItem>
        ))}
      </MenuItems>
    </Menu>
  );
}

function factsOf(query: string) {
  const documentAST = parse(query);
  const operations = documentAST.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  return { documentAST, operations, operationName: operations[0]?.name?.value ?? "" };
}

/** As an edit, which can be undone. */
function replace(editor: MonacoEditor, text: string): void {
  const range = editor.getModel()?.getFullModelRange();
  if (!range) return;
  editor.pushUndoStop();
  editor.executeEdits("starter", [{ range, text }]);
  editor.pushUndoStop();
}
