import { serve } from "../rpc/server";
import { HostProvider } from "./provider";

await serve(new HostProvider(process.env.JUPYTERHUB_HPC_OFFLINE === "1"));
