import { randomBytes } from "node:crypto";
import type { BoxHost } from "../../../box/api";

const FIRST_PORT = 2300;

/** Further sshds on a host, each on a port of its own with settings of its own, so that the host's own stays as it is. */
export class Doors {
  private readonly units = new Map<number, string>();

  constructor(private readonly host: BoxHost) {}

  /** Starts one, waits until it listens, and gives its port. @param settings lines of its sshd_config, before the host's own. */
  async open(...settings: string[]): Promise<number> {
    const port = FIRST_PORT + this.units.size;
    const unit = `ways-in-${port}-${randomBytes(4).toString("hex")}`;
    this.units.set(port, unit);
    const file = `/run/ways-in-${port}.conf`;
    // Logins that fail on purpose would close the door for the next test.
    const own = [
      `Port ${port}`,
      `PidFile none`,
      ...settings,
      "LogLevel VERBOSE",
      "PerSourcePenalties no",
      "Include /etc/ssh/sshd_config",
    ];
    await this.host.write(file, `${own.join("\n")}\n`);
    const start = `systemd-run --quiet --collect --unit=${unit} /usr/sbin/sshd -D -e -f ${file}
      for i in $(seq 200); do journalctl -u ${unit} -o cat --no-pager | grep -q 'Server listening' && exit 0; sleep 0.05; done
      journalctl -u ${unit} --no-pager; exit 1`;
    const { exitCode, stdout, stderr } = await this.host.run(["sh", "-c", start]);
    if (exitCode !== 0) throw new Error(`no sshd on port ${port}: ${stdout}${stderr}`);
    return port;
  }

  /** What it wrote since it was opened. */
  async log(port: number): Promise<string> {
    return (await this.host.run(["journalctl", "-u", this.units.get(port) ?? "", "--no-pager", "-o", "cat"])).stdout;
  }

  async close(): Promise<void> {
    if (this.units.size > 0) await this.host.run(["systemctl", "stop", ...this.units.values()]);
    await this.host.run(["sh", "-c", "rm -f /run/ways-in-*.conf"]);
  }
}
