import { expect, it, vi } from "vitest";
import { RecordedHost } from "../cases/recorded-host";
import { authorizedKey } from "../resources/authorized-key/authorized-key";
import { user } from "../resources/user/user";

// Its timer and new connection are tested elsewhere.
vi.mock("./guard", async (original) => ({
  ...(await original<typeof import("./guard")>()),
  guarded: (host: RecordedHost, change: Parameters<RecordedHost["guarded"]>[0]) => host.guarded(change),
}));

const answers = { exitCode: 0, stdout: "passwd admin:x:1000:1000::/home/admin:/bin/sh\ngroups admin\n", stderr: "" };
const account = { name: "admin", system: false, groups: [], subids: false, linger: false };
const key = { user: "admin", key: "ssh-ed25519 AAAA", options: "" };

it("the account that logs in is neither given a shell that lets nobody in, nor removed", async () => {
  const paper = new RecordedHost(() => answers);
  await expect(user.create(paper.host, { ...account, shell: "/usr/sbin/nologin" }, "create")).rejects.toThrow(
    /admin logs in here for Pulumi and would be locked out/,
  );
  await user.delete(paper.host, { ...account, shell: "/bin/sh", uid: 1000, gid: 1000 });
  expect(paper.asked).toEqual([]);
  expect(paper.told).toEqual([expect.stringMatching(/admin stays as it is/)]);
});

it("its keys are changed with a way back, those of others without", async () => {
  const paper = new RecordedHost(() => answers);
  await authorizedKey.delete(paper.host, key);
  expect(paper.asked).toContainEqual({ guarded: "/home/admin/.ssh/authorized_keys" });
  const other = new RecordedHost(() => answers);
  await authorizedKey.delete(other.host, { ...key, user: "jupyter" });
  expect(other.asked.filter((asked) => "guarded" in asked)).toEqual([]);
});
