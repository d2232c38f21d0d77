import { serve } from "../rpc/server";
import { DockerProvider } from "./provider";

await serve(new DockerProvider());
