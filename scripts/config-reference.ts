/** Writes docs/configuration.md from the schema, so that it cannot be wrong. `--check` only says whether it is up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { configurationReference } from "../components/config/reference";

const FILE = "docs/configuration.md";
const wanted = configurationReference();

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== wanted) {
    console.error(`${FILE} is out of date. Next: npm run docs`);
    process.exit(1);
  }
} else {
  writeFileSync(FILE, wanted);
  console.log(`wrote ${FILE}`);
}
