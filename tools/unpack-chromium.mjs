// Unpacks the Chromium that the npm package @sparticuz/chromium carries, for the browser tests:
//   node tools/unpack-chromium.mjs FOLDER
// Its own loader is of no use here: that one unpacks into a shared temporary folder, and turns off
// the browser's web security.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const BLOCK = 512;
const PACKAGE = resolve(import.meta.dirname, "../tests/browser/node_modules/@sparticuz/chromium/bin");

const folder = resolve(process.argv[2]);
mkdirSync(dirname(folder), { recursive: true });
const draft = mkdtempSync(`${folder}-`);

writeFileSync(join(draft, "chromium"), unpacked("chromium.br"));
chmodSync(join(draft, "chromium"), 0o755);
untar(unpacked("fonts.tar.br"), join(draft, "fonts"));
untar(unpacked("al2023.tar.br"), join(draft, "libraries"));
// Without a font Chromium aborts; the paths are those after the move.
writeFileSync(
  join(draft, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, "fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, "cache")}</cachedir>
</fontconfig>
`,
);
chmodSync(draft, 0o755);
try {
  renameSync(draft, folder); // whole or not at all, whoever else is unpacking
} catch (error) {
  rmSync(draft, { recursive: true });
  if (!["EEXIST", "ENOTEMPTY"].includes(error.code)) throw error;
}

function unpacked(name) {
  return brotliDecompressSync(readFileSync(join(PACKAGE, name)));
}

/** Writes the files and folders of an archive, which is all that these hold. */
function untar(archive, into) {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const [name] = archive.toString("utf8", at, at + 100).split("\0");
    if (!name) break;
    const size = Number.parseInt(archive.toString("utf8", at + 124, at + 136), 8) || 0;
    const kind = archive.toString("latin1", at + 156, at + 157);
    const path = join(into, name);
    if (kind === "5") {
      mkdirSync(path, { recursive: true });
    } else if (kind === "0" || kind === "\0") {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, archive.subarray(at + BLOCK, at + BLOCK + size), { mode: 0o755 });
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
