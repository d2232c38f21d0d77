// Installs the locked Node packages when they are missing or out of date, so that `npm run box` and `npm test` work on a fresh clone. Plain
// JavaScript with nothing but Node: there are no packages yet when it runs.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(`Node ${process.versions.node} is too old: 20 or newer is needed. Next: install Node 20.`);
  process.exit(1);
}
const stamp = "node_modules/.jupyterhub-hpc-lock";
const lock = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.log("Installing the locked Node packages (npm ci) ...");
  const started = Date.now();
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", "ignore", "inherit"] });
  writeFileSync(stamp, lock);
  console.log(`Node packages installed (${Math.round((Date.now() - started) / 1000)} s).`);
}
