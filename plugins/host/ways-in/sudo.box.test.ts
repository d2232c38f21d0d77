import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../../box/api";
import { adminOf, type Way } from "../trial/trial";
import { Doors } from "./doors";
import { told, Visitor } from "./visitor";

const ACCOUNT = "ways";
const PASSWORD = "plain";
const WHO = "id -un";

let box: Box;
let gate: BoxHost;
let doors: Doors;
let visitor: Visitor;
let way: Way;
/** Port of a sshd that does not punish failures. */
let home: number;

const sh = async (script: string) => {
  const { exitCode, stdout, stderr } = await gate.run(["sh", "-ec", script]);
  if (exitCode !== 0) throw new Error(`on gate: ${stderr}`);
  return stdout;
};
const setPassword = (password: string) => gate.run(["chpasswd"], { input: `${ACCOUNT}:${password}` });
const sudoers = (rule: string, ...defaults: string[]) =>
  gate.write(
    "/etc/sudoers.d/ways",
    [`${ACCOUNT} ALL=(ALL) ${rule}`, ...defaults.map((line) => `Defaults:${ACCOUNT} ${line}`), ""].join("\n"),
  );
const visit = (more: object = {}, ...errands: string[]) =>
  visitor.visit("gate", { ...way, user: ACCOUNT, port: home, ...more }, errands.length > 0 ? errands : [WHO]);

beforeAll(async () => {
  box = await attach("hosts");
  gate = box.host("gate");
  doors = new Doors(gate);
  visitor = Visitor.start(box);
  way = await adminOf(box, "10.79.0.14");
  await sh(`useradd --create-home --shell /bin/bash ${ACCOUNT}
    install -d -m 0700 -o ${ACCOUNT} /home/${ACCOUNT}/.ssh
    install -m 0600 -o ${ACCOUNT} /root/.ssh/authorized_keys /home/${ACCOUNT}/.ssh/`);
  home = await doors.open();
});
afterEach(() => sh(`usermod --shell /bin/bash ${ACCOUNT}`));
afterAll(async () => {
  await visitor?.stop();
  await doors?.close();
  await gate?.run([
    "sh",
    "-c",
    `userdel --force --remove ${ACCOUNT} 2>/dev/null; rm -rf /etc/sudoers.d/ways /usr/local/bin/ways-shell /var/log/sudo-io /var/lib/sudo/lectured/*`,
  ]);
});

describe("as root", () => {
  it("directly", async () => {
    expect(told(await visit({ user: "root" }))).toBe("root\n");
  });

  it("by sudo without a password, also where one is configured", async () => {
    await sudoers("NOPASSWD: ALL");
    expect(told(await visit())).toBe("root\n");
    expect(told(await visit({ sudoPassword: "not asked for" }))).toBe("root\n");
  });

  it.each([PASSWORD, `it's "a" $(id) \`id\` \\ ! * ; # %h`, " leading and trailing ", "pässwörd€😀", "-n", "GO-0"])(
    "by sudo with the password %j",
    async (password) => {
      await sudoers("ALL", "timestamp_timeout=0");
      await setPassword(password);
      // A stream starts a sudo of its own; its input arrives as it is.
      const input = `${password}\nsecond line`;
      const configuration = { ...way, user: ACCOUNT, port: home, sudoPassword: password };
      const outcomes = await visitor.visit("gate", configuration, [WHO, { body: "id -un; cat", stream: input }]);
      expect(outcomes.map((outcome) => outcome.error ?? outcome.stdout)).toEqual(["root\n", `root\n${input}`]);
    },
  );

  it("with a wrong password fails at its first attempt, and does not guess on", async () => {
    await sudoers("ALL", "timestamp_timeout=0");
    await setPassword(PASSWORD);
    const since = (await sh("date +%s.%N")).trim();
    expect(told(await visit({ sudoPassword: "wrong" }))).toMatch(
      /^gate \(10\.79\.0\.14\): logged in as ways, but sudo did not start.*sudoPassword is not the one of ways/,
    );
    const attempts = () => sh(`journalctl --since=@${since} -t sudo -o cat | grep -o '[0-9]* incorrect password' || :`);
    await box.waitFor("sudo to log it", async () => (await attempts()) !== "", 10);
    expect(await attempts()).toBe("1 incorrect password\n");
  });

  it("without the password that is needed says what to give", async () => {
    await sudoers("ALL");
    expect(told(await visit())).toMatch(
      /sudo needs a password: give the provider sudoPassword, or ways a NOPASSWD rule/,
    );
  });

  it("by an account that may not says so", async () => {
    await gate.run(["rm", "-f", "/etc/sudoers.d/ways"]);
    await setPassword(PASSWORD);
    expect(told(await visit({ sudoPassword: PASSWORD }))).toMatch(
      /Let ways run everything by sudo, or connect as root/,
    );
  });

  it.each([
    ["a lecture", ["lecture=always"]],
    ["a terminal of its own", ["use_pty"]],
    ["everything logged", ["log_input", "log_output", "use_pty"]],
    ["a prompt of its own", ['passprompt="Password, please: "', "!passprompt_override"]],
    ["no environment kept, and a mail", ["env_reset", "mail_always", "!mail_badpass"]],
  ])("with %s", async (_, defaults) => {
    await sudoers("ALL", "timestamp_timeout=0", ...defaults);
    await setPassword(PASSWORD);
    const configuration = { ...way, user: ACCOUNT, port: home, sudoPassword: PASSWORD };
    const outcomes = await visitor.visit("gate", configuration, [
      WHO,
      { body: "printf '\\000\\377\\r\\n' | od -An -tx1", slow: true },
      { body: "od -An -tx1", stream: "\r\n\u0004\u0003" },
    ]);
    expect(outcomes.map((outcome) => outcome.error ?? outcome.stdout.trim())).toEqual([
      "root",
      "00 ff 0d 0a",
      "0d 0a 04 03",
    ]);
  });

  it("where sudo wants a terminal says how to exempt the account", async () => {
    await sudoers("NOPASSWD: ALL", "requiretty");
    expect(told(await visit())).toMatch(/must have a tty.*Exempt the account: Defaults:ways !requiretty/);
  });

  it("pays sudo once for each shell, not for each command", async () => {
    await sudoers("ALL", "timestamp_timeout=0");
    await setPassword(PASSWORD);
    const since = (await sh("date +%s.%N")).trim();
    const configuration = { ...way, user: ACCOUNT, port: home, sudoPassword: PASSWORD };
    const ask = (slow: boolean) => Array.from({ length: 40 }, (_, i) => ({ body: `echo ${i}`, slow }));
    const sudos = async () => Number(await sh(`journalctl --since=@${since} -t sudo -o cat | grep -c 'COMMAND=' || :`));
    await visitor.visit("gate", configuration, ask(false), { stay: true });
    expect(await sudos()).toBe(1);
    await visitor.visit("gate", configuration, [...ask(true), ...ask(false)]);
    expect(await sudos()).toBeLessThanOrEqual(1 + 6);
  });
});

describe("a login shell", () => {
  beforeAll(() => sudoers("NOPASSWD: ALL"));

  // tcsh, zsh and fish were tried by hand; start.test.ts holds the line to what they read like sh.
  it.each([
    ["/bin/dash", ""],
    ["bash that prints without a line end", "/bin/bash\nprintf 'Welcome to GATE'; printf 'READY\\nGO-' >&2\n"],
    ["one that prints a megabyte's quarter", "/bin/bash\nhead -c 200000 /dev/zero | tr '\\0' x; echo\n"],
  ])("that is %s", async (name, script) => {
    const shell = name.startsWith("/") ? name : "/usr/local/bin/ways-shell";
    if (script !== "") {
      const [real, ...lines] = script.split("\n");
      await gate.write(shell, `#!/bin/sh\n${lines.join("\n")}exec ${real} "$@"\n`);
      await gate.run(["chmod", "0755", shell]);
    }
    await sh(`usermod --shell ${shell} ${ACCOUNT}`);
    const configuration = { ...way, user: ACCOUNT, port: home };
    const errands = [WHO, { body: "printf '<%s>' 'a b'; cat", stream: "in" }];
    const outcomes = await visitor.visit("gate", configuration, errands);
    expect(outcomes.map((outcome) => outcome.error ?? outcome.stdout)).toEqual(["root\n", "<a b>in"]);
  });

  it("bash with a .bashrc that prints", async () => {
    await sh(`sed -i '1i echo from bashrc; echo and on stderr >&2' /home/${ACCOUNT}/.bashrc`);
    expect(told(await visit())).toBe("root\n");
  });

  it.each([
    ["nologin", [], "/usr/sbin/nologin", /did not start: .*not available.*Give ways a login shell/],
    [
      "a forced command",
      ["ForceCommand echo Welcome to the file drop"],
      "/bin/bash",
      /Welcome to the file drop.*ForceCommand/,
    ],
    ["one that hangs", ["ForceCommand sleep 60"], "/bin/bash", /no answer within 1\.5 s.*Try it by hand/],
    ["one that prints without end", ["ForceCommand yes"], "/bin/bash", /it printed without end/],
  ])("that is %s is named", async (_, settings, shell, words) => {
    await sh(`usermod --shell ${shell} ${ACCOUNT}`);
    const port = await doors.open(...settings);
    expect(told(await visit({ port, connectTimeout: 1.5 }))).toMatch(words);
  });

  it("of an account that has expired, with what the host says to people", async () => {
    await sh(`usermod --expiredate 1 ${ACCOUNT}`);
    try {
      expect(told(await visit())).toMatch(/closed the connection during the login as ways.*expired/);
    } finally {
      await sh(`usermod --expiredate '' ${ACCOUNT}`);
    }
  });

  it("behind a forced command that lets commands through", async () => {
    const port = await doors.open('ForceCommand echo noise; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"');
    expect(told(await visit({ port }))).toBe("root\n");
  });

  it("on a host with a banner", async () => {
    await gate.write("/run/ways-in-banner.conf", "AUTHORISED USE ONLY\nGO-\nREADY\n");
    const port = await doors.open("Banner /run/ways-in-banner.conf", "PrintMotd yes");
    expect(told(await visit({ port }))).toBe("root\n");
  });
});
