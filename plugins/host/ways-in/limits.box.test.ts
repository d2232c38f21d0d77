import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../../box/api";
import { adminOf, type Way } from "../trial/trial";
import { Doors } from "./doors";
import type { Errand, Outcome } from "./visit";
import { told, Visitor } from "./visitor";

let box: Box;
let gate: BoxHost;
let doors: Doors;
let visitor: Visitor;
let way: Way;

const words = (outcomes: Outcome[]) => outcomes.map((outcome) => outcome.error ?? outcome.stdout.trim());
const count = (log: string, pattern: RegExp) => log.split("\n").filter((line) => pattern.test(line)).length;

beforeAll(async () => {
  box = await attach("hosts");
  gate = box.host("gate");
  doors = new Doors(gate);
  visitor = Visitor.start(box);
  way = await adminOf(box, "10.79.0.14");
});
afterAll(async () => {
  await visitor?.stop();
  await doors?.close();
});

describe("a host that allows few sessions", () => {
  const quick = Array.from({ length: 20 }, (_, i): Errand => ({ body: `echo quick ${i}` }));
  const slow = Array.from({ length: 12 }, (_, i): Errand => ({ body: `sleep 0.05; echo slow ${i}`, slow: true }));
  const streams = Array.from({ length: 3 }, (_, i): Errand => ({ body: "cat", stream: `stream ${i}` }));
  const answers = [...slow, ...quick].map(({ body }) => body.replace(/^.*echo /, ""));

  it.each([10, 3, 2])("of %i a connection gets everything done, on one connection", async (sessions) => {
    const port = await doors.open(`MaxSessions ${sessions}`);
    const configuration = { ...way, port };
    const outcomes = await visitor.visit("gate", configuration, [...slow, ...quick, ...streams], { stay: true });
    expect(words(outcomes)).toEqual([...answers, "stream 0", "stream 1", "stream 2"]);
    expect(words(await visitor.visit("gate", configuration, [...streams, ...slow]))).toEqual([
      ...["stream 0", "stream 1", "stream 2"],
      ...answers.slice(0, slow.length),
    ]);
    expect(count(await doors.log(port), /^Accepted publickey/)).toBe(1);
  });

  it("of one does all but uploads, and says so of these", async () => {
    const port = await doors.open("MaxSessions 1");
    const outcomes = await visitor.visit("gate", { ...way, port }, [...slow, ...quick, ...streams.slice(0, 1)]);
    expect(words(outcomes).slice(0, -1)).toEqual(answers);
    expect(words(outcomes).at(-1)).toMatch(
      /^gate \(10\.79\.0\.14\): .*MaxSessions of its sshd\)\. Raise it to at least 2/,
    );
  });

  it("of none says what to raise", async () => {
    const port = await doors.open("MaxSessions 0");
    expect(told(await visitor.visit("gate", { ...way, port }, ["id"]))).toMatch(/MaxSessions.*Raise it to at least 2/);
  });
});

describe("a host that allows few logins at once", () => {
  it("lets six providers in one after the other", async () => {
    const port = await doors.open("MaxStartups 1:100:1");
    const visits = Array.from({ length: 6 }, (_, i) => visitor.visit(`gate${i}`, { ...way, port }, ["id -un"]));
    expect((await Promise.all(visits)).map(told)).toEqual(Array(6).fill("root\n"));
    expect(await doors.log(port)).toMatch(/^drop connection.*Maxstartups/im);
  });

  it("and is full for good: that is said when the time is over", async () => {
    const port = await doors.open("MaxStartups 1:100:1");
    // Somebody who never logs in holds the only place.
    await gate.run([
      "systemd-run",
      "--quiet",
      "--collect",
      "--unit=ways-in-guest",
      "bash",
      "-c",
      `exec 3<>/dev/tcp/127.0.0.1/${port}; sleep 60`,
    ]);
    try {
      await box.waitFor(
        "the guest",
        async () =>
          count(await doors.log(port), /./) > 0 &&
          (await gate.run(["sh", "-c", `ss -Htn state established "sport = :${port}" | grep -q .`])).exitCode === 0,
        5,
      );
      expect(told(await visitor.visit("gate", { ...way, port, connectTimeout: 2 }, ["id"]))).toMatch(
        /^gate \(10\.79\.0\.14:\d+\): the host closed the connection before the login.*MaxStartups/,
      );
    } finally {
      await gate.run(["systemctl", "stop", "ways-in-guest"]);
    }
  });
});

describe("a connection", () => {
  const sessions = "pgrep -f 'sshd-session: admin' | sort";

  it("that the host drops while nothing is asked is made again", async () => {
    const port = await doors.open();
    const configuration = { ...way, port };
    const [before = ""] = words(await visitor.visit("dropped", configuration, [sessions], { stay: true }));
    await gate.run(["sh", "-c", `kill -9 ${before.split("\n").join(" ")}`]);
    await box.waitFor(
      "the session to end",
      async () => (await gate.run(["sh", "-c", `kill -0 ${before.split("\n")[0]}`])).exitCode !== 0,
      5,
    );
    expect(told(await visitor.visit("dropped", configuration, ["id -un"]))).toBe("root\n");
    expect(count(await doors.log(port), /^Accepted publickey/)).toBe(2);
  });

  it("whose idle sessions the host closes goes on", async () => {
    const port = await doors.open("ChannelTimeout session:*=3s");
    const configuration = { ...way, port };
    const both = [{ body: "echo quick" }, { body: "echo slow", slow: true }];
    expect(words(await visitor.visit("idle", configuration, both, { stay: true }))).toEqual(["quick", "slow"]);
    await box.waitFor(
      "the host to close them",
      async () => (await gate.run(["pgrep", "-f", "GO-[0-9a-f]{16}"])).exitCode !== 0,
      20,
    );
    expect(words(await visitor.visit("idle", configuration, both))).toEqual(["quick", "slow"]);
    expect(count(await doors.log(port), /^Accepted publickey/)).toBe(1);
  });

  it("to a host that falls silent is given up after connectTimeout, not waited for", async () => {
    const port = await doors.open();
    const configuration = { ...way, port, connectTimeout: 2 };
    const [processes = ""] = words(await visitor.visit("silent", configuration, [sessions], { stay: true }));
    const pids = processes.split("\n").join(" ");
    const answer = visitor.visit("silent", configuration, ["sleep 30"]);
    await gate.run(["sh", "-c", `kill -STOP ${pids}`]);
    try {
      expect(told(await answer)).toMatch(/^silent \(10\.79\.0\.14\): the connection was lost while it was in use/);
    } finally {
      await gate.run(["sh", "-c", `kill -CONT ${pids}; pkill -f '[s]leep 30'`]);
    }
  });
});

describe.concurrent("every stage of a login ends after connectTimeout, and says which it was", () => {
  const late = { connectTimeout: 1.5 };

  it("the connection", async () => {
    const configuration = { ...way, address: "10.79.0.99", connectTimeout: 1 };
    expect(told(await visitor.visit("late1", configuration, ["id"]))).toMatch(
      /^late\d \(10\.79\.0\.99:22\): timed out after 1 s\..*firewall drop port 22/,
    );
  });

  it("the greeting", async () => {
    const port = await visitor.listen("");
    expect(told(await visitor.visit("late2", { ...way, ...late, address: "127.0.0.1", port }, ["id"]))).toMatch(
      /timed out after 1\.5 s.*does not say that it is an SSH server/,
    );
  });

  it("the host's key", async () => {
    const port = await visitor.listen("SSH-2.0-Silent\r\n");
    expect(told(await visitor.visit("late3", { ...way, ...late, address: "127.0.0.1", port }, ["id"]))).toMatch(
      /timed out after 1\.5 s.*its key did not arrive/,
    );
  });

  it("the login", async () => {
    await gate.write("/usr/local/sbin/ways-in-hang", "#!/bin/sh\nsleep 20\n");
    await gate.run(["chmod", "0755", "/usr/local/sbin/ways-in-hang"]);
    const hanging = [
      "AuthorizedKeysCommand /usr/local/sbin/ways-in-hang",
      "AuthorizedKeysCommandUser nobody",
      "AuthorizedKeysFile none",
    ];
    const port = await doors.open(...hanging);
    expect(told(await visitor.visit("late4", { ...way, ...late, port }, ["id"]))).toMatch(
      /^late\d \(10\.79\.0\.14:\d+\): timed out after 1\.5 s\. The login as admin did not end/,
    );
    await gate.run(["rm", "/usr/local/sbin/ways-in-hang"]);
  });

  it("what is no SSH server is told apart", async () => {
    const port = await visitor.listen("220 mail.example.org ESMTP\r\n");
    expect(told(await visitor.visit("late5", { ...way, ...late, address: "127.0.0.1", port }, ["id"]))).toMatch(
      /does not speak SSH: it said "220 mail\.example\.org ESMTP"/,
    );
    expect(told(await visitor.visit("late6", { ...way, port: 2 }, ["id"]))).toMatch(
      /^late\d \(10\.79\.0\.14:2\): connection refused\. Does sshd run there and listen on port 2\?/,
    );
    expect(told(await visitor.visit("late7", { ...way, ...late, address: "gate.invalid" }, ["id"]))).toMatch(
      /^late\d \(gate\.invalid:22\): (timed out after 1\.5 s\. The name gate\.invalid was not|the name gate\.invalid cannot be) resolved.*resolver of this machine/,
    );
  });
});
