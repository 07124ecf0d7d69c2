// A persona's development token, which lives in this object alone, and requests made with it.

import type { ExecutionResult } from "graphql";
import type { Persona } from "./personas.ts";

const MARGIN_SECONDS = 30;
const UNAUTHENTICATED = 401;

interface Token {
  text: string;
  good: number; // until when, in the page's own milliseconds
}

export class Session {
  #persona: Persona;
  #token: Promise<Token> | null = null;

  constructor(persona: Persona) {
    this.#persona = persona;
  }

  /** Answers one GraphQL request; a token that has run out is replaced without a word. */
  fetcher = async (params: object): Promise<ExecutionResult> => {
    let response = await this.#post(params);
    if (response.status === UNAUTHENTICATED) {
      this.#token = null; // the server was restarted with another key, or its clock runs ahead
      response = await this.#post(params);
    }
    return response.json();
  };

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
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors[0].message);
  return { text: answer.token, good: asked + (answer.expiresIn - MARGIN_SECONDS) * 1000 };
}

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(path, {
    method: "POST",
    credentials: "omit",
    headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}
