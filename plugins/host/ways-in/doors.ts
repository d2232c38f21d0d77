import type { BoxHost } from "../../../box/api";

/** Further sshds on a host, each on a port of its own with settings of its own, so that the host's own stays as it is. */
export class Doors {
  private readonly units: string[] = [];

  constructor(private readonly host: BoxHost) {}

  /** Starts one and waits until it listens. @param settings lines of its sshd_config, before the host's own. */
  async open(port: number, settings: readonly string[] = []): Promise<number> {
    const file = `/run/ways-in-${port}.conf`;
    // Logins that fail on purpose would close the door for the next test.
    const own = [`Port ${port}`, `PidFile none`, ...settings, "PerSourcePenalties no", "Include /etc/ssh/sshd_config"];
    await this.host.write(file, `${own.join("\n")}\n`);
    this.units.push(`ways-in-${port}`);
    const start = `systemd-run --quiet --collect --unit=ways-in-${port} /usr/sbin/sshd -D -e -f ${file}
      for i in $(seq 100); do ss -Hltn "sport = :${port}" | grep -q . && exit 0; sleep 0.05; done
      journalctl -u ways-in-${port} --no-pager; exit 1`;
    const { exitCode, stdout, stderr } = await this.host.run(["sh", "-c", start]);
    if (exitCode !== 0) throw new Error(`no sshd on port ${port}: ${stdout}${stderr}`);
    return port;
  }

  /** What it wrote since it was opened. */
  async log(port: number): Promise<string> {
    return (await this.host.run(["journalctl", "-u", `ways-in-${port}`, "--no-pager", "-o", "cat"])).stdout;
  }

  async close(): Promise<void> {
    if (this.units.length > 0) await this.host.run(["systemctl", "stop", ...this.units]);
    await this.host.run(["sh", "-c", "rm -f /run/ways-in-*.conf"]);
  }
}
