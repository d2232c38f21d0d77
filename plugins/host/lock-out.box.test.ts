import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { CutOff } from "./trial/cut-off";
import { Directly } from "./trial/directly";
import { adminOf, Trial } from "./trial/trial";
import { BAD, DROP_IN, firewall, GOOD, OTHER, sshd, sudoers } from "./trial/ways-broken";

/** Address of the host whose sshd, sudoers and firewall are broken here. */
const GUARDED = "10.79.0.13";
/** Seconds until the host undoes by itself. */
const ROLLBACK = 12;
const UNDONE = /at 20\S+Z the host undid a change of its \/etc\/ssh\/sshd_config\.d\/90-trial\.conf by itself/;

let box: Box;
let guarded: BoxHost;
let directly: Directly;
let cut: CutOff;

/** Runs shell on the host, without SSH. */
async function onHost(script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await guarded.run(["sh", "-ec", script]);
  if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
/** What sshd, sudo and nft go by, byte for byte, with owners, modes and times. */
const ways = () =>
  onHost(
    "cd /etc; find ssh/sshd_config* sudoers* systemd/system trial-firewall -type f -exec stat -c '%n %u %g %a %Y' {} + -exec sha256sum {} + 2>/dev/null | sort; nft list ruleset",
  );
const content = () => guarded.read(DROP_IN).catch(() => "");
const arrived = (text: string) => box.waitFor("the change to arrive", async () => (await content()) === text, 30);
const undone = () => box.waitFor("the host to undo it", async () => (await content()) === GOOD, ROLLBACK + 5);

/** What is left of rollbacks but the memory of those that came. */
const armed = () =>
  onHost(
    "systemctl list-units --all --plain --no-legend 'jupyterhub-hpc-rollback-*'; ls -d /var/lib/jupyterhub-hpc/rollback/*/[!u]*ed /etc/systemd/system/jupyterhub-hpc-undo.service /etc/*/.*.undo /etc/*/*/.*.undo 2>/dev/null || :",
  );

beforeAll(async () => {
  box = await attach("hosts");
  guarded = box.host("guarded");
  directly = await Directly.start(box, {
    ...(await adminOf(box, GUARDED)),
    rollbackAfter: ROLLBACK,
    connectTimeout: 4,
  });
  cut = new CutOff(box, "guarded", "inside", [GUARDED, "10.79.0.2"]);
  await onHost("command -v nft >/dev/null || { apt-get -qq update; apt-get -qq -y install nftables; } >/dev/null 2>&1");
});
afterEach(async () => {
  await cut?.end();
  // What was told is of no use to the next test.
  await onHost('for dir in /var/lib/jupyterhub-hpc/rollback/*; do [ ! -e "$dir/undone" ] || rm -r "$dir"; done');
});
afterAll(async () => {
  await onHost(
    `systemctl stop 'jupyterhub-hpc-rollback-*.timer' || :; rm -rf ${DROP_IN} /etc/sudoers.d/zz-trial /etc/*/*/.*.undo /etc/*/.*.undo /var/lib/jupyterhub-hpc/rollback
    systemctl restart ssh; nft delete table inet trial 2>/dev/null || :; apt-get -qq -y purge nftables >/dev/null 2>&1`,
  );
});

describe("a change that would lock the administrator out", () => {
  let before: string;
  beforeAll(async () => {
    const made = await directly.make([sshd(GOOD), sudoers("Defaults:nobody !lecture\n")]);
    expect(made.errors).toEqual({});
    expect(await armed()).toBe("");
    before = await ways();
  });
  afterEach(async () => {
    expect(await ways()).toBe(before);
    expect(await armed()).toBe("");
  });

  it.each([
    ["an sshd that denies him", sshd(BAD), /login as admin was refused.*so it was undone\. The previous one is back/],
    ["a sudoers file without him", sudoers("admin ALL=(ALL) !ALL\n"), /sudo did not start.*so it was undone/],
    [
      "a firewall without port 22",
      firewall("tcp dport 22 drop"),
      /timed out.*so it was undone\. The previous one is back/,
    ],
    [
      "an sshd that dies of its new settings",
      sshd("ListenAddress 192.0.2.1\n"),
      /(Job for ssh\.service failed|connection refused)/,
    ],
    ["settings that sshd -t refuses", sshd("PermitRootLogin perhaps\n"), /the checker refused it, nothing was changed/],
  ])("is undone: %s", async (_, resource, words) => {
    const { errors } = await directly.make([resource]);
    expect(errors[resource.name]).toMatch(words);
    expect((await directly.make([])).warnings).toEqual([]);
  });

  it.each([
    [
      "systemd-run fails",
      "printf '#!/bin/sh\\necho no bus >&2\\nexit 1\\n' >/usr/local/sbin/systemd-run; chmod 755 /usr/local/sbin/systemd-run",
      /nothing was changed: systemd-run failed: no bus/,
    ],
    [
      "there is none",
      "mv /usr/bin/systemd-run /usr/bin/systemd-run.away",
      /a guarded change needs systemd-run on the host/,
    ],
  ])("is refused before it is made when %s", async (_, breakIt, words) => {
    await onHost(breakIt);
    const { errors } = await directly.make([sshd(OTHER)]);
    await onHost(
      "rm -f /usr/local/sbin/systemd-run; [ ! -e /usr/bin/systemd-run.away ] || mv /usr/bin/systemd-run.away /usr/bin/systemd-run",
    );
    expect(errors.sshd).toMatch(words);
  });

  it.each([
    ["both ways", () => cut.both()],
    ["from us to the host", () => cut.there()],
    ["from the host to us", () => cut.back()],
    ["for new connections, while the old one lives", () => cut.newOnes()],
  ])("is undone when the network is cut %s", async (_, cutIt) => {
    const { made } = directly.begin([sshd(OTHER)]);
    await arrived(OTHER);
    await cutIt();
    await undone();
    await cut.end();
    const { errors, seconds } = await made;
    expect(errors.sshd).toMatch(/was undone|undoes it/);
    expect(seconds).toBeLessThan(ROLLBACK * 3);
    const { warnings } = await directly.make([]);
    if (!errors.sshd?.includes("The previous one is back"))
      expect(warnings).toEqual([
        expect.stringMatching(/the host undid a change of its \/etc\/ssh\/sshd_config\.d\/90/),
      ]);
  });

  it("of another run waits until the first is done with its own", async () => {
    const slow = sshd(OTHER);
    const first = directly.begin([{ ...slow, args: { ...slow.args, reload: [["sleep", "3"]] } }]);
    await arrived(OTHER);
    const second = await directly.make([sudoers("Defaults:nobody lecture\n"), sshd(GOOD)]);
    expect(second.errors).toEqual({});
    expect(second.warnings).toEqual([
      expect.stringMatching(/waits: another run is changing \/etc\/ssh\/sshd_config\.d\/90-trial\.conf on this host/),
    ]);
    expect((await first.made).errors).toEqual({});
    await directly.make([sudoers("Defaults:nobody !lecture\n")]);
    before = await ways();
  });

  it("is undone at once when the next run comes after Pulumi was killed, and told", async () => {
    const first = directly.begin([sshd(OTHER)], { rollbackAfter: 600 });
    await arrived(OTHER);
    const timer = await onHost("systemctl show -p TimersMonotonic -p TimersCalendar 'jupyterhub-hpc-rollback-*.timer'");
    // No change of the time of day moves it.
    expect(timer.trim()).toMatch(/^TimersMonotonic=\{ OnActiveUSec=10min .*\}$/);
    await first.kill();
    const { warnings } = await directly.make([]);
    expect(warnings).toEqual([expect.stringMatching(UNDONE)]);
  });

  it("is undone at the next start when the host goes down meanwhile", async () => {
    const first = directly.begin([firewall("tcp dport 22 drop")], { rollbackAfter: 600 });
    await box.waitFor(
      "the table",
      async () => (await guarded.run(["nft", "list", "table", "inet", "trial"])).exitCode === 0,
      30,
    );
    await first.kill();
    await guarded.stop();
    await guarded.start();
    const { errors, warnings } = await directly.make([]);
    expect(errors).toEqual({});
    expect(warnings).toEqual([
      expect.stringMatching(/at 20\S+Z the host undid a change of its firewall table trial by itself/),
    ]);
  });

  it("that cannot be undone is told, and put right as soon as it can be", async () => {
    const first = directly.begin([sshd(OTHER)]);
    await arrived(OTHER);
    await first.kill();
    await onHost(`rm ${DROP_IN}; mkdir -p ${DROP_IN}/x`);
    await box.waitFor(
      "the host to try",
      async () => (await onHost("ls /var/lib/jupyterhub-hpc/rollback/*/failed || :")) !== "",
      ROLLBACK + 5,
    );
    const { warnings } = await directly.make([]);
    expect(warnings).toEqual([
      expect.stringMatching(/could not undo a change of its .*90-trial\.conf.*cannot overwrite directory/),
    ]);
    const { errors } = await directly.make([sudoers("Defaults:nobody lecture\n")]);
    expect(errors.sudoers).toMatch(
      /nothing was changed: an earlier change of its .*90-trial\.conf could not be undone/,
    );
    await onHost(`rm -r ${DROP_IN}`);
    expect((await directly.make([sudoers("Defaults:nobody !lecture\n")])).errors).toEqual({});
    const now = await ways();
    const withoutTime = (text: string) => text.replace(/^sudoers.d.zz-trial .*$/m, "");
    expect(withoutTime(now)).toBe(withoutTime(before));
    before = now;
  });
});

describe("through the real CLI", () => {
  const good = { resources: [sshd(GOOD)] };
  let trial: Trial;
  beforeAll(async () => {
    trial = await Trial.start(box, GUARDED);
    trial.provider.rollbackAfter = ROLLBACK;
    trial.provider.connectTimeout = 4;
    expect((await trial.up(good)).exitCode).toBe(0);
  });
  afterAll(async () => {
    await trial?.destroy();
    await trial?.remove();
  });

  it("a change during which Pulumi is killed is undone by the host; the next up tells it and converges", async () => {
    const { kill } = await trial.begin({ resources: [sshd(BAD)] });
    await arrived(BAD);
    await kill();
    await undone();
    const { exitCode, output } = await trial.up(good);
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(UNDONE);
    expect(await trial.preview(good)).toEqual([]);
  });

  it("a change during which the network fails is undone by the host; the next up tells it and makes the change", async () => {
    const changed = trial.up({ resources: [sshd(OTHER)] });
    await arrived(OTHER);
    await cut.both();
    await undone();
    const { exitCode, output } = await changed;
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/The host undoes it by itself; but it can still not be entered/);
    await cut.end();
    const next = await trial.up({ resources: [sshd(OTHER)] });
    expect(next.exitCode, next.output).toBe(0);
    expect(next.output).toMatch(UNDONE);
    expect(await trial.preview({ resources: [sshd(OTHER)] })).toEqual([]);
  });

  it("a firewall shows what was changed by hand, and goes without a trace", async () => {
    const resources = [sshd(OTHER), firewall("tcp dport 9 drop")];
    const { exitCode, output } = await trial.up({ resources });
    expect(exitCode, output).toBe(0);
    await onHost("nft add rule inet trial input tcp dport 10 accept");
    expect(await trial.preview({ resources })).toEqual([{ op: "update", name: "firewall", properties: ["content"] }]);
    expect((await trial.previewText({ resources })).output).toContain("- # + tcp dport 10 accept");
    const closed = await directly.make([firewall("tcp dport 22 drop")]);
    expect(closed.errors.firewall).toMatch(/so it was undone/);
    expect(await onHost("nft list table inet trial")).toContain("tcp dport 10 accept");
    expect((await trial.destroy()).exitCode).toBe(0);
    expect(await onHost("nft list ruleset; ls -d /etc/trial-firewall 2>/dev/null || :")).toBe("");
    expect(await armed()).toBe("");
  });
});
