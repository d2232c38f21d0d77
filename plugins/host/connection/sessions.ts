import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import type { Answer } from "./command";
import type { Shell } from "./shell";
import { SessionRefused } from "./start";
import { feed } from "./stream";

/** A sshd allows ten sessions a connection by default: one quick shell, these, and room for streams. */
const SLOW_SHELLS = 6;

/** How sessions are opened on a host's connection. */
export interface Opening {
  /** The shell that is there first. */
  quick(): Promise<Shell>;
  shell(): Promise<Shell>;
  program(program: string): Promise<ClientChannel>;
}

/** A host's sessions beside the quick shell: shells for slow commands, and streams. They make do with as few as the host allows. */
export class Sessions {
  private slow: Promise<Shell>[] = [];
  /** Fewer where the host refused one more. */
  private mostSlow = SLOW_SHELLS;
  private readonly streams = new Set<Promise<Answer>>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly open: Opening) {}

  /** The connection is gone, and they with it. */
  forget(): void {
    this.slow = [];
    this.mostSlow = SLOW_SHELLS;
  }

  /** A shell for a slow command: an idle one, a new one, or one that is at work where there can be no more. */
  async slowShell(): Promise<Shell> {
    // First of all sessions, where the host allows few.
    const quick = await this.open.quick();
    const open: Shell[] = [];
    for (const attempt of [...this.slow]) {
      const shell = await attempt.catch(() => undefined);
      if (shell?.idle) return shell;
      if (shell?.usable) open.push(shell);
      else this.slow = this.slow.filter((other) => other !== attempt);
    }
    if (this.slow.length >= this.mostSlow) return open[Math.floor(Math.random() * open.length)] ?? quick;
    const attempt = this.open.shell();
    this.slow.push(attempt);
    return attempt.catch((error) => {
      this.slow = this.slow.filter((other) => other !== attempt);
      if (!(error instanceof SessionRefused)) throw error;
      this.mostSlow = this.slow.length;
      return this.slowShell();
    });
  }

  /** Feeds a program in a session of its own; where the host allows no more of them, when one has become free. */
  async stream(program: string, input: Readable, timeoutSeconds: number): Promise<Answer> {
    // One after the other asks, so that none waits for another that waits.
    const begin = () => this.openProgram(program);
    const opened = this.turn.then(begin, begin);
    this.turn = opened;
    const fed = feed(await opened, input, timeoutSeconds);
    this.streams.add(fed);
    return fed.finally(() => this.streams.delete(fed));
  }

  private async openProgram(program: string): Promise<ClientChannel> {
    await this.open.quick();
    for (let pauses = 0; ; ) {
      try {
        return await this.open.program(program);
      } catch (error) {
        if (!(error instanceof SessionRefused)) throw error;
        if (await this.madeRoom()) continue;
        // A host counts a session a moment longer than its channel is open.
        if (++pauses > 3) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Whether a session of ours has ended, so that asking again may help. */
  private async madeRoom(): Promise<boolean> {
    const shell = this.slow.pop();
    if (shell !== undefined) await shell.then((open) => open.retire()).catch(() => undefined);
    else if (this.streams.size > 0) await Promise.race(this.streams).catch(() => undefined);
    else return false;
    return true;
  }
}
