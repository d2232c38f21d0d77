import { afterAll, beforeAll, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { type Specification, Trial } from "./trial/trial";

const COUNT = 300;

let box: Box;
let host: BoxHost;
let trial: Trial;

beforeAll(async () => {
  box = await attach("hosts");
  host = box.host("bench");
  trial = await Trial.start(box, "10.79.0.16");
  await host.run(["mkdir", "-p", "/etc/many"]);
});
afterAll(async () => {
  await trial?.remove();
  await host?.run(["rm", "-rf", "/etc/many", "/var/lib/jupyterhub-hpc"]);
});

const resources: Specification["resources"] = Array.from({ length: COUNT }, (_, i) => ({
  type: "File",
  name: `many-${i}`,
  args: { path: `/etc/many/${i}`, content: `file ${i}\n`.repeat(270) },
}));

async function lines(command: string): Promise<number> {
  return Number((await host.run(["sh", "-c", `${command} | wc -l`])).stdout);
}

it("makes 300 files in at most 30 round trips, over one connection, by one sudo", async () => {
  const since = (await host.run(["date", "+%F %T"])).stdout.trim();
  const trips = await trial.roundTrips(async () => {
    const { exitCode, output } = await trial.up({ resources });
    expect(exitCode, output).toBe(0);
  });
  expect(trips).toBeLessThanOrEqual(30);
  expect(await lines("ls /etc/many")).toBe(COUNT);
  const journal = `journalctl -q --no-pager -o cat --since '${since}'`;
  expect(await lines(`${journal} _COMM=sshd-session | grep '^Accepted publickey for admin'`)).toBe(1);
  expect(await lines(`${journal} _COMM=sudo | grep COMMAND=`)).toBe(1);
});

it("reads them in at most ten, and shows the one that was changed", async () => {
  await host.run(["sed", "-i", "1s/file/File/", "/etc/many/77"]);
  let steps: unknown;
  const trips = await trial.roundTrips(async () => {
    steps = await trial.preview({ resources });
  });
  expect(steps).toEqual([{ op: "update", name: "many-77", properties: ["content"] }]);
  expect(trips).toBeLessThanOrEqual(10);
});
