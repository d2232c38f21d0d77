import { execa } from "execa";
import { ensurePlugins, pluginsOf, words } from "../box/toolchain/plugins";
import { ensureToolchain, parallel } from "../box/toolchain/toolchain";
import { prepareExample } from "./preview-example";

export interface PreviewOptions {
  /** Contact the hosts, and compare with the state of PULUMI_BACKEND_URL. Otherwise everything shows as new. */
  online: boolean;
  /** Folder for the state where there is none. */
  state: string;
}

/** What `pulumi preview` says of one stack. */
export async function previewStack(stack: string, options: PreviewOptions): Promise<{ ok: boolean; text: string }> {
  await prepareExample(`stacks/Pulumi.${stack}.yaml`);
  const { path } = await ensureToolchain();
  for (const served of await ensurePlugins(await pluginsOf(), { path })) console.log(words(served));
  const env = {
    PATH: `${path}:${process.env.PATH}`,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_PARALLEL: parallel,
    // The shipped examples are encrypted with this; a site sets its own.
    PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE || "example",
    ...(options.online ? {} : { JUPYTERHUB_HPC_OFFLINE: "1", PULUMI_BACKEND_URL: `file://${options.state}` }),
  };
  const pulumi = (args: string[]) =>
    execa("pulumi", args, { env, stdin: "ignore", all: true, reject: false, timeout: 300_000 });
  const selected = await pulumi(["stack", "select", "--create", stack]);
  if (selected.exitCode !== 0) return { ok: false, text: selected.all };
  const preview = await pulumi(["preview", "--stack", stack, "--diff", "--non-interactive", "--color=never"]);
  return { ok: preview.exitCode === 0, text: preview.all };
}
