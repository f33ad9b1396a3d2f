// Bundles every file in platform/onedoor/web/static/src/entries/ into platform/onedoor/web/static/build/, minified, with
// fonts and images beside it, and the icons named in src/icons.txt into one sprite (<use href=".../icons.svg#NAME">).
// Style sheets keep what a page can use; each text file is also there compressed (.br, .gz), as the application sends it.
// build/manifest.json says the digest of each file, for "?v=". Nothing in the result asks another server for anything.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

const root = dirname(fileURLToPath(import.meta.url));
const web = join(root, "platform/onedoor/web");
const src = join(web, "static/src");
const out = join(web, "static/build");

function entryPoints() {
  const folder = join(src, "entries");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => join(folder, name));
}

function iconNames() {
  const list = join(src, "icons.txt");
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim());
  return [...new Set(lines.filter(Boolean))].sort();
}

// "filled/star" is a filled icon, "star" an outlined one.
function symbol(name) {
  const path = name.includes("/") ? name : `outline/${name}`;
  const file = join(root, "node_modules/@tabler/icons/icons", `${path}.svg`);
  if (!existsSync(file)) throw new Error(`icons.txt names an icon that @tabler/icons does not have: ${name}`);
  const inner = readFileSync(file, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "")
    .match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  const paint = path.startsWith("filled/")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const lines = inner
    .split("\n")
    .map((line) => line.trim())
    .join("");
  return `<symbol id="${name.replace("/", "-")}" viewBox="0 0 24 24" ${paint}>${lines}</symbol>`;
}

function writeManifest() {
  const digest = (name) =>
    createHash("sha256")
      .update(readFileSync(join(out, name)))
      .digest("hex")
      .slice(0, 12);
  const names = readdirSync(out)
    .filter((name) => /\.(js|css|svg)$/.test(name))
    .sort();
  const manifest = Object.fromEntries(names.map((name) => [name, digest(name)]));
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
}

function files(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

// The templates a public page is made of: those that extend its layout, whatever they extend, include or import, and the
// pieces, which every template has at hand.
function publicTemplates() {
  const folder = join(web, "templates");
  const all = new Map(files(folder, ".html").map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
  const named = (text) => [...text.matchAll(/(?:extends|include|import|from) "([\w/.]+\.html)"/g)].map((found) => found[1]);
  const isPublic = (name) =>
    name === "layout/public.html" || named(all.get(name) ?? "").some((one) => one.startsWith("layout/") && isPublic(one));
  const found = new Set([...all.keys()].filter((name) => name.startsWith("pieces/") || isPublic(name)));
  for (const name of found) for (const one of named(all.get(name) ?? "")) found.add(one);
  return [...found].filter((name) => all.has(name)).map((name) => join(folder, name));
}

// Class names stand whole in templates, scripts and Python, or begin there and end in a word or a small number: status-{{ tone }}.
// What these set is used in app.css, and the other way round.
const BESIDE = ["field.css", "hall.css"];
const BEGUN = /([a-zA-Z][\w-]*-)(?=\{\{|\{%|["'] ?~|["'] ?\+|\$\{|\{)/g;

// Of a template all, of a program what stands in quotes.
function said(path) {
  const text = readFileSync(path, "utf8");
  return path.endsWith(".html") ? text : (text.match(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g) ?? []).join("\n");
}

// A sheet that is whole by itself loses the variables, too, that neither it nor those beside it use.
async function purge(name, sources) {
  const path = join(out, name);
  const texts = sources.map(said);
  const begun = new Set(texts.flatMap((text) => [...text.matchAll(BEGUN)].map((found) => found[1])));
  const [result] = await new PurgeCSS().purge({
    content: texts.map((raw) => ({ raw, extension: "html" })),
    css: [{ raw: readFileSync(path, "utf8") }],
    safelist: {
      standard: [...begun].map((one) => new RegExp(`^${one}(?:[a-z]+|[1-4])$`)),
      variables: BESIDE.flatMap((other) => readFileSync(join(out, other), "utf8").match(/--[\w-]+/g) ?? []),
    },
    keyframes: true,
    variables: !BESIDE.includes(name),
  });
  writeFileSync(path, result.css);
}

function compress(name) {
  const path = join(out, name);
  const whole = readFileSync(path);
  if (whole.length < 1000) return;
  writeFileSync(`${path}.br`, brotliCompressSync(whole));
  writeFileSync(`${path}.gz`, gzipSync(whole, { level: 9 }));
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
const scripts = files(src, ".js");
const pages = [...files(join(web, "templates"), ".html"), ...files(web, ".py"), ...files(join(web, "../edge"), ".py")];
for (const name of readdirSync(out).filter((one) => one.endsWith(".css"))) {
  await purge(name, name === "public.css" ? [...publicTemplates(), ...scripts] : [...pages, ...scripts]);
}
const symbols = iconNames().map(symbol).join("\n");
writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
copyFileSync(join(src, "favicon.svg"), join(out, "favicon.svg"));
writeManifest();
for (const name of readdirSync(out).filter((one) => /\.(js|css|svg)$/.test(one))) compress(name);
