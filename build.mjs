// Bundles every file in platform/onedoor/web/static/src/entries/ into platform/onedoor/web/static/build/, minified, with
// fonts and images beside it, and the icons named in src/icons.txt into one sprite (<use href=".../icons.svg#NAME">).
// build/manifest.json says the digest of each file, for "?v=". Nothing in the result asks another server for anything.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const src = join(root, "platform/onedoor/web/static/src");
const out = join(root, "platform/onedoor/web/static/build");

function entryPoints() {
  const folder = join(src, "entries");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(folder, name));
}

function iconNames() {
  const list = join(src, "icons.txt");
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim());
  return [...new Set(lines.filter(Boolean))].sort();
}

// "filled/star" is a filled icon, "star" an outlined one.
function symbol(name) {
  const path = name.includes("/") ? name : `outline/${name}`;
  const file = join(root, "node_modules/@tabler/icons/icons", `${path}.svg`);
  if (!existsSync(file)) throw new Error(`icons.txt names an icon that @tabler/icons does not have: ${name}`);
  const inner = readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  const paint = path.startsWith("filled/")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const lines = inner.split("\n").map((line) => line.trim()).join("");
  return `<symbol id="${name.replace("/", "-")}" viewBox="0 0 24 24" ${paint}>${lines}</symbol>`;
}

function writeManifest() {
  const digest = (name) => createHash("sha256").update(readFileSync(join(out, name))).digest("hex").slice(0, 12);
  const names = readdirSync(out).filter((name) => /\.(js|css|svg)$/.test(name)).sort();
  const manifest = Object.fromEntries(names.map((name) => [name, digest(name)]));
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const binary = [".woff", ".woff2", ".ttf", ".eot", ".svg", ".png", ".jpg", ".gif", ".webp"];
await build({
  entryPoints: entryPoints(),
  outdir: out,
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  format: "iife",
  target: ["es2020", "chrome109", "firefox115", "safari16"],
  entryNames: "[name]",
  assetNames: "assets/[name]-[hash]",
  loader: Object.fromEntries(binary.map((ending) => [ending, "file"])),
  nodePaths: [join(root, "node_modules")],
  logLevel: "warning",
});
const symbols = iconNames().map(symbol).join("\n");
writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
copyFileSync(join(src, "favicon.svg"), join(out, "favicon.svg"));
writeManifest();
