import { warnThrough } from "../rpc/log";
import { serve } from "../rpc/server";
import { isOffline } from "./offline";
import { HostProvider } from "./provider";

await serve(new HostProvider(isOffline(), warnThrough(process.argv[2])));
