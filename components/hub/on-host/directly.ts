import type { StackConfig } from "../../config/schema";
import type { Runner } from "../runner";
import { UNITS } from "../unit-names";
import { nodeRefusal } from "./node-version";
import { proxyAccount } from "./paths";
import { HubUnits } from "./service";
import { HubEnvironment } from "./software";

/** Hub and proxy, each as a unit of systemd and an account of its own (references/sheffield-sharc.rst, "Internal logic"). */
export function directly(hub: StackConfig["hub"]): Runner {
  const common = ["python3", "nodejs", "nftables", "openssl", "sudo"];
  // Its tools make the backups.
  const [apt, dnf] = hub.database.postgresql ? [["postgresql-client"], ["postgresql"]] : [[], []];
  return {
    // `hub.onHost.python` names a newer Python than the system's where that is needed; who names it installs it.
    packages: { apt: [...common, "python3-venv", ...apt], dnf: [...common, ...dnf] },
    refusal: nodeRefusal,
    account: { subids: false, linger: false },
    proxyAccount: proxyAccount(hub),
    services: [UNITS.proxy, UNITS.hub],
    sysctls: [],
    software: (name, args, opts) => new HubEnvironment(name, args, opts),
    service: (name, args, opts) => new HubUnits(name, args, opts),
  };
}
