import { known, type Plain, type Properties } from "../../plugins/rpc/properties";
import type { ResourceProvider } from "../../plugins/rpc/provider";
import { serve } from "../../plugins/rpc/server";

const nothing = { changes: {}, deleteBeforeReplace: false };
const same = async (_: string, inputs: Properties) => ({ inputs, failures: [] });

/** Says yes to everything at once: what is left is what the engine takes for as many resources of the same size. */
class FloorProvider implements ResourceProvider {
  readonly version = "0.1.0";
  /** The engine is to ask as much of it as of the host plugin. */
  readonly refreshBeforeUpdate = true;

  checkConfig = async (_name: string, _old: Properties | undefined, inputs: Properties) => ({ inputs, failures: [] });
  diffConfig = async () => nothing;
  configure = async () => undefined;
  check = same;
  diff = async () => nothing;
  create = async (_type: string, inputs: Properties, preview: boolean) => ({
    id: preview ? "" : String(inputs.values.path ?? inputs.values.name),
    state: inputs,
  });
  read = async (_type: string, id: string, state: Properties, inputs: Properties) => ({ id, state, inputs });
  update = async (_type: string, _id: string, _state: Properties, inputs: Properties) => inputs;
  delete = async () => undefined;
  invoke = async (): Promise<Record<string, Plain>> => known({}).values;
  cancel(): void {}
}

await serve(new FloorProvider());
