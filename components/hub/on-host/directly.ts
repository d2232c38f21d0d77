import type { StackConfig } from "../../config/schema";
import type { Runner } from "../runner";
import { proxyAccount } from "./paths";
import { HubUnits } from "./service";
import { HubEnvironment } from "./software";

/** Hub and proxy, each as a unit of systemd and an account of its own (references/sheffield-sharc.rst, "Internal logic"). */
export function directly(hub: StackConfig["hub"]): Runner {
  return {
    packages: {
      apt: ["python3", "python3-venv", "nodejs", "nftables", "openssl", "sudo"],
      // `hub.onHost.python` names a newer Python than the system's where that is needed; who names it installs it.
      dnf: ["python3", "nodejs", "nftables", "openssl", "sudo"],
    },
    refusal: () => undefined,
    account: { subids: false, linger: false },
    proxyAccount: proxyAccount(hub),
    sysctls: [],
    software: (name, args, opts) => new HubEnvironment(name, args, opts),
    service: (name, args, opts) => new HubUnits(name, args, opts),
  };
}
