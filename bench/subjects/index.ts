import type { Subject } from "../subject";
import { command } from "./command/subject";
import { deploy } from "./deploy/subject";
import { files } from "./files/subject";
import { rest } from "./rest/subject";
import { servers } from "./servers/subject";
import { spawn } from "./spawn/subject";

/** In the order in which they run: the cheap ones first. */
export const subjects: readonly Subject[] = [command, rest, spawn, servers, deploy, files];
