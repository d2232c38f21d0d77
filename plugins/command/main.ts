import { logThrough } from "../rpc/log";
import { serve } from "../rpc/server";
import { CommandProvider } from "./provider";

await serve(new CommandProvider(logThrough(process.argv[2])));
