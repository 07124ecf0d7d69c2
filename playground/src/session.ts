// A persona's development token, which lives in this object alone, and requests made with it.

import type { Persona } from "./personas.ts";

const MARGIN_SECONDS = 30;
const UNAUTHENTICATED = 401;

export const NO_ANSWER = "The server does not answer. Is it running?";

interface Token {
  text: string;
  good: number; // until when, in the page's own milliseconds
}

interface Params {
  query: string;
  operationName?: string | null | undefined;
}

export class Session {
  /** Is called when the schema could not be had, once the server answers again. */
  onReturn: () => void = () => {};

  #persona: Persona;
  #token: Promise<Token> | null = null;
  #missed = false;

  constructor(persona: Persona) {
    this.#persona = persona;
  }

  /** Answers one GraphQL request; what prevents an answer is told as an error of one, without a stack. */
  fetcher = async (params: Params): Promise<object> => {
    try {
      const answer = await this.#answered(params);
      if (this.#missed) {
        this.#missed = false;
        queueMicrotask(this.onReturn);
      }
      return answer;
    } catch (error) {
      this.#missed ||= params.operationName === "IntrospectionQuery";
      return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
    }
  };

  /** A token that has run out is replaced without a word. */
  async #answered(params: Params): Promise<object> {
    let response = await this.#post(params);
    if (response.status === UNAUTHENTICATED) {
      this.#token = null; // the server was restarted with another key, or its clock runs ahead
      response = await this.#post(params);
    }
    return read(response);
  }

  async #post(params: object): Promise<Response> {
    return post("/graphql", params, { Authorization: `Bearer ${await this.#bearer()}` });
  }

  async #bearer(): Promise<string> {
    const held = await this.#token;
    if (held && performance.now() < held.good) return held.text;
    this.#token = mint(this.#persona);
    this.#token.catch(() => (this.#token = null));
    return (await this.#token).text;
  }
}

async function mint({ subject, email }: Persona): Promise<Token> {
  const asked = performance.now();
  const response = await post("/dev/token", { subject, email });
  const answer = await read(response);
  if (!response.ok) throw new Error(answer.errors[0].message);
  return { text: answer.token, good: asked + (answer.expiresIn - MARGIN_SECONDS) * 1000 };
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch(path, {
      method: "POST",
      credentials: "omit",
      headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error(NO_ANSWER);
  }
}

async function read(response: Response) {
  try {
    return await response.json();
  } catch {
    throw new Error(`The server answered with status ${response.status}, and with no JSON.`);
  }
}
