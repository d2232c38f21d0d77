import { appendFileSync } from "node:fs";

/** What was exchanged with a host, for tests and the bench: with JUPYTERHUB_HPC_TRAFFIC=FILE each batch adds a line "HOST COMMANDS BYTES MS". */
export class Traffic {
  roundTrips = 0;
  commands = 0;

  constructor(private readonly host: string) {}

  /** Counts a batch that was sent. */
  count(commands: number, bytes: number): void {
    this.roundTrips += 1;
    this.commands += commands;
    const file = process.env.JUPYTERHUB_HPC_TRAFFIC;
    if (file !== undefined)
      appendFileSync(file, `${this.host} ${commands} ${bytes} ${Math.round(performance.now())}\n`);
  }
}
