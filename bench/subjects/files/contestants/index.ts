import type { Contestant } from "../contestant";
import { ansible } from "./ansible";
import { empty, floor } from "./floor";
import { project } from "./project";
import { pyinfra } from "./pyinfra";
import { remoteCommand } from "./remote-command";
import { tar } from "./tar";

/** In the order in which they run: the cheap ones first. */
export const contestants: readonly Contestant[] = [project, floor, empty, tar, remoteCommand, pyinfra, ansible];
