// What the editor's package does not declare.

declare module "monaco-editor/esm/vs/editor/editor.worker.js" {
  /** Starts a worker with what is made of its context and of the data that its page sends. */
  export function initialize<Context, Data>(made: (context: Context, data: Data) => object): void;
}
