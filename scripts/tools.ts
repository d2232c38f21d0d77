/**
 * `npm run tools`: makes sure there is a pulumi CLI with its Node.js language host, and says where; and that it finds the plugins that the program
 * imports, or those named: `npm run tools -- command docker`.
 */
import { execa } from "execa";
import { ensurePlugins, pluginsOf, type StandIn, standIns, words } from "../box/toolchain/plugins";
import { ensureToolchain, parallel } from "../box/toolchain/toolchain";

const named = process.argv.slice(2);
const unknown = named.find((name) => !(standIns as readonly string[]).includes(name));
if (unknown !== undefined) {
  console.error(`There is no stand-in for the plugin "${unknown}". There are: ${standIns.join(", ")}.`);
  process.exit(1);
}
await execa("tsx", ["scripts/build.ts"], { preferLocal: true, stdio: "inherit" });
const { path } = await ensureToolchain();
const plugins = named.length > 0 ? (named as StandIn[]) : await pluginsOf();
for (const served of await ensurePlugins(plugins, { path, retry: true })) console.log(words(served));
console.log(`pulumi is ready. Next: export PATH="${path}:$PATH" PULUMI_PARALLEL=${parallel}`);
