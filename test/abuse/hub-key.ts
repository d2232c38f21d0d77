/** The hub's key in somebody else's hands: what SSH offers beside commands, and from where. */
import { expect, test } from "vitest";
import type { Result } from "../../box/api";
import { MARK } from "./mark";
import type { AbuseSite } from "./site";

/** The key to the login nodes, their keys and where one of them answers, on the hub host. */
export interface HubKey {
  key: string;
  knownHosts: string;
  loginAddress: string;
  /** The program that it leads to. */
  program: string;
}

/** Words of an ssh client with the hub's key, before its destination. */
function clientOf({ key, knownHosts }: HubKey): string[] {
  const set = ["BatchMode=yes", "ConnectTimeout=10", `UserKnownHostsFile=${knownHosts}`, "StrictHostKeyChecking=yes"];
  return ["ssh", "-F", "none", "-i", key, ...set.flatMap((one) => ["-o", one])];
}

/** Runs ssh on the hub host with the hub's key. */
export function sshAsHub(
  site: AbuseSite,
  hub: HubKey,
  options: string[],
  command: string,
  input = "",
): Promise<Result> {
  const target = `${site.submitAccount}@${hub.loginAddress}`;
  const argv = ["timeout", "25", ...clientOf(hub), ...options, target, ...(command ? [command] : [])];
  return site.box.host(site.hosts.hub).run(argv, { user: site.submitAccount, input });
}

export function hubKeyAbuse(site: () => AbuseSite, hub: () => HubKey, marked: () => Promise<boolean>): void {
  const login = () => site().box.host(site().hosts.submit);
  const ssh = (options: string[], command: string) => sshAsHub(site(), hub(), options, command);
  /** Runs a script of the hub's account on the hub host; `$@` is ssh with the key and the options given, up to its destination. */
  const withSsh = (script: string, ...options: string[]) => {
    const argv = [...clientOf(hub()), ...options, `${site().submitAccount}@${hub().loginAddress}`];
    return site()
      .box.host(site().hosts.hub)
      .run(["sh", "-c", script, "sh", ...argv], { user: site().submitAccount });
  };

  const FEATURES: [what: string, options: string[], words: RegExp][] = [
    ["a connection to elsewhere through it", ["-W", "127.0.0.1:22"], /prohibited|refused|failed/],
    ["a port of the login node's", ["-o", "ExitOnForwardFailure=yes", "-R", "9999:127.0.0.1:22"], /forwarding failed/],
    [
      "a socket on the login node",
      ["-o", "ExitOnForwardFailure=yes", "-R", `${MARK}:127.0.0.1:22`],
      /forwarding failed/,
    ],
    ["a terminal", ["-tt"], /PTY allocation request failed/],
    ["file transfer", ["-s"], /^/],
  ];
  test.each(FEATURES)("not for %s", async (_what, options, words) => {
    const command = options[0] === "-s" ? "sftp" : options[0] === "-W" ? "" : "queue";
    const { stderr, exitCode, stdout } = await ssh(options, command);
    expect(stderr).toMatch(words);
    if (options[0] !== "-tt") expect(exitCode).not.toBe(0);
    expect(stdout).not.toMatch(/SSH-2|^\0/);
    expect(await marked()).toBe(false);
    expect((await login().run(["ss", "-Hltn", "sport = :9999"])).stdout).toBe("");
  });

  test("not for a way to elsewhere that programs find by themselves", async () => {
    // It is offered on the hub host for as long as ssh runs; what is asked of it is the login node's to refuse.
    const script = `"$@" & i=0
      until ss -Hltn 'sport = :1090' | grep 1090 || [ $i = 100 ]; do i=$((i+1)); sleep 0.1; done
      timeout 10 curl -sS --socks5-hostname 127.0.0.1:1090 telnet://${site().hosts.scheduler}:22 </dev/null; echo "status $?"; kill $!`;
    const { stdout, stderr } = await withSsh(script, "-N", "-D", "127.0.0.1:1090");
    expect(stdout, stderr).toContain("127.0.0.1:1090");
    expect(stdout).not.toMatch(/SSH-2|status (0|28|124)\b/);
    expect(stderr).toMatch(/administratively prohibited/);
  });

  test("not for an agent to be borrowed there", async () => {
    const agents = async () => (await login().run(["sh", "-c", "ss -Hlx | grep -c 'ssh.*agent' || true"])).stdout;
    const before = await agents();
    // A submission waits for its script: there is a session for as long as that takes.
    const script = `eval "$(ssh-agent)" >&2; sleep 5 | "$@" submit ${site().mallory.name}; ssh-agent -k >&2`;
    const session = withSsh(script, "-v", "-A");
    const served = async () => (await login().run(["pgrep", "--older", "1", "-f", hub().program])).exitCode === 0;
    await site().box.waitFor("the session", served, 20);
    expect(await agents()).toBe(before);
    expect((await session).stderr).toMatch(/Requesting authentication agent forwarding/);
  });

  test("not from another host than the hub's", async () => {
    const { key, loginAddress } = hub();
    const secret = await site().box.host(site().hosts.hub).read(key);
    const other = site().box.host(site().hosts.compute[0] ?? "");
    const script = `umask 077; cat >/tmp/abuse-key; cat >/dev/null; timeout 20 ssh -F none -i /tmp/abuse-key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${site().submitAccount}@${loginAddress} queue; code=$?; rm -f /tmp/abuse-key; exit $code`;
    const { exitCode, stderr } = await other.run(["sh", "-c", script], { input: secret });
    expect(exitCode).toBe(255);
    expect(stderr).toMatch(/denied|closed/i);
  });
}
