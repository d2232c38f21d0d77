/** `npm run tools`: makes sure there is a pulumi CLI with its Node.js language host, and says where. */
import { ensureToolchain, parallel } from "../box/toolchain/toolchain";

const { path } = await ensureToolchain();
console.log(`pulumi is ready. Next: export PATH="${path}:$PATH" PULUMI_PARALLEL=${parallel}`);
