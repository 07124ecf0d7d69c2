// What the Content-Security-Policy asks of libraries that were not written for one. It must be the
// first import: the editor makes its <style> elements by itself, and each needs the page's nonce.

type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createHTML(html: string): string; createScriptURL(url: string): string | null },
  ): unknown;
};

const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
const createElement = Document.prototype.createElement;

Document.prototype.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
  const element = createElement.call(this, name, options);
  if (name.toLowerCase() === "style") element.nonce = nonce;
  return element;
} as typeof createElement;

// Markup is still bound by the policy above; scripts may come from this origin, and none from text.
(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("default", {
  createHTML: (html) => html,
  createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
});
