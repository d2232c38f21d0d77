/** Writes the generated pages of docs/ from the sources, so that they cannot be wrong. `--check` only says whether they are up to date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { configurationReference } from "../components/config/reference";
import { hostReference } from "../plugins/host/reference/reference";

const pages = { "docs/configuration.md": configurationReference(), "docs/host-resources.md": hostReference() };

for (const [file, wanted] of Object.entries(pages)) {
  const current = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (current === wanted) continue;
  if (process.argv.includes("--check")) {
    console.error(`${file} is out of date. Next: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(`wrote ${file}`);
  }
}
