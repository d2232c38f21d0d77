import { warnThrough } from "../rpc/log";
import { serve } from "../rpc/server";
import { isOffline } from "./offline";
import { HostProvider } from "./provider";

// An engine that was killed cannot end its plugins; one whose parent is another than at its start has lost it.
const engine = process.ppid;
setInterval(() => process.ppid !== engine && process.exit(0), 1000).unref();

await serve(new HostProvider(isOffline(), warnThrough(process.argv[2])));
