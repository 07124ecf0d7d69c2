// The editor's language worker. It completes from the part of the schema that the persona's roles
// can use, as GraphiQL's own does; but a mistake is what the whole schema does not know, since the
// server runs operations on the whole. What it would withhold is a warning, with its sentence.

import { buildSchema, type GraphQLSchema, parse } from "graphql";
import { initialize } from "monaco-editor/esm/vs/editor/editor.worker.js";
import { GraphQLWorker } from "monaco-graphql/esm/GraphQLWorker.js";
import { LanguageService } from "monaco-graphql/esm/LanguageService.js";
import type { ICreateData } from "monaco-graphql/esm/typings/index.js";
import { toMarkerData } from "monaco-graphql/esm/utils.js";
import { foresee, type Foreseen } from "./foreseen.ts";
import { loadReference, type Reference } from "./reference.ts";

type Context = ConstructorParameters<typeof GraphQLWorker>[0];
type Marker = ReturnType<typeof toMarkerData>;

const WARNING = 4; // the editor's own number for it
const WHOLE = "fieldgate:whole";

interface Whole {
  reference: Reference;
  schema: GraphQLSchema;
  service: LanguageService;
}

class Worker extends GraphQLWorker {
  #context: Context;
  #part: GraphQLSchema | undefined;
  #whole: Promise<Whole> | undefined;

  constructor(context: Context, data: ICreateData) {
    super(context, data);
    this.#context = context;
    const shown = data.languageConfig.schemas?.[0]?.documentString;
    this.#part = shown ? buildSchema(shown) : undefined;
  }

  override async doValidation(uri: string): Promise<Marker[]> {
    const whole = await this.#known();
    const model = this.#context.getMirrorModels().find((each) => each.uri.toString() === uri);
    if (!whole || !model) return [];
    const text = model.getValue();
    const mistakes = whole.service.getDiagnostics(uri, text).map(toMarkerData);
    return [...mistakes, ...this.#foreseen(text, whole)];
  }

  #foreseen(text: string, { schema, reference }: Whole): Marker[] {
    if (!this.#part) return [];
    try {
      return foresee(parse(text), schema, this.#part, reference).map(toWarning);
    } catch {
      return []; // it does not parse, which is told as a mistake
    }
  }

  /** Without the whole schema nothing is marked: a mistake could not be told from the rest. */
  #known(): Promise<Whole | undefined> {
    this.#whole ??= build();
    return this.#whole.catch(() => {
      this.#whole = undefined;
      return undefined;
    });
  }
}

async function build(): Promise<Whole> {
  const reference = await loadReference();
  const schema = buildSchema(reference.schema);
  const schemas = [{ uri: WHOLE, schema }];
  return { reference, schema, service: new LanguageService({ schemas }) };
}

function toWarning({ node, message }: Foreseen): Marker {
  const { startToken, start = 0, end = 0 } = node.loc ?? {};
  const { line = 1, column = 1 } = startToken ?? {};
  return {
    startLineNumber: line,
    endLineNumber: line,
    startColumn: column,
    endColumn: column + end - start,
    severity: WARNING,
    message,
  };
}

globalThis.onmessage = () => {
  initialize((context: Context, data: ICreateData) => new Worker(context, data));
};
