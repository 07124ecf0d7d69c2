import { createHash } from "node:crypto";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const ENDINGS: Record<string, string> = {
  "font/ttf": "ttf",
  "font/woff": "woff",
  "font/woff2": "woff2",
  "image/png": "png",
  "image/svg+xml": "svg",
};
const DATA_URL = /url\((["']?)data:([a-z0-9+/-]+)(?:;charset=[\w-]+)?(;base64)?,((?:(?!\1\)).)*)\1\)/gis;

/** Moves the fonts and pictures that style sheets carry inside them into files of our own origin. */
function dataUrlsToFiles(): Plugin {
  return {
    name: "data-urls-to-files",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        asset.source = String(asset.source).replace(DATA_URL, (_all, _quote, type: string, base64, body: string) => {
          const bytes = base64 ? Buffer.from(body, "base64") : Buffer.from(decodeURIComponent(body));
          const ending = ENDINGS[type.toLowerCase()] ?? this.error(`no file ending for ${type}`);
          const name = `${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.${ending}`;
          const fileName = `assets/${name}`;
          if (!(fileName in bundle)) this.emitFile({ type: "asset", fileName, source: bytes });
          return `url(./${name})`;
        });
      }
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [react(), dataUrlsToFiles()],
  html: { cspNonce: "__CSP_NONCE__" }, // the server puts another one in each answer
  worker: { format: "es" },
  build: {
    outDir: "../server/static/playground",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000, // the editor is one large chunk
    license: { fileName: "LICENSES.md" },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, next) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") next(level, log);
      },
    },
  },
});
