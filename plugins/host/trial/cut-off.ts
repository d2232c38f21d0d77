import type { Box } from "../../../box/api";

/** A hardware address that nobody has. */
const NOBODY = "02:00:00:00:00:01";

/** Cuts a host of the box off from its administrator's machine, without a word: packets go to a neighbour that is not there, or are dropped. */
export class CutOff {
  /**
   * @param host name of a host whose sshd listens on port 22 and that has nft
   * @param network that it shares with the machine that runs Pulumi
   * @param addresses of the host and of that machine in it
   */
  constructor(
    private readonly box: Box,
    private readonly host: string,
    private readonly network: string,
    private readonly addresses: [host: string, admin: string],
  ) {}

  /** What we send does not arrive. */
  async there(): Promise<void> {
    await this.lose(this.box.site.admin, this.addresses[0]);
  }

  /** What the host sends does not arrive. */
  async back(): Promise<void> {
    await this.lose(this.host, this.addresses[1]);
  }

  async both(): Promise<void> {
    await this.there();
    await this.back();
  }

  /** Connections that stand go on, new ones get no answer. */
  async newOnes(): Promise<void> {
    const rules =
      "table inet cut { chain input { type filter hook input priority -10; tcp dport 22 tcp flags & (syn | ack) == syn drop; }; }";
    await this.must(this.box.host(this.host).run(["nft", "-f", "-"], { input: rules }));
  }

  /** Joins them again. */
  async end(): Promise<void> {
    const [host, admin] = this.addresses;
    const forget = (address: string) => ["ip", "neigh", "del", address, "dev", this.network];
    await this.box.netns(this.box.site.admin).run(forget(host));
    await this.box.netns(this.host).run(forget(admin));
    await this.box.host(this.host).run(["sh", "-c", "nft delete table inet cut 2>/dev/null || :"]);
  }

  private lose(from: string, to: string): Promise<void> {
    const neighbour = ["ip", "neigh", "replace", to, "lladdr", NOBODY, "nud", "permanent", "dev", this.network];
    return this.must(this.box.netns(from).run(neighbour));
  }

  private async must(result: Promise<{ exitCode: number; stderr: string }>): Promise<void> {
    const { exitCode, stderr } = await result;
    if (exitCode !== 0) throw new Error(stderr);
  }
}
