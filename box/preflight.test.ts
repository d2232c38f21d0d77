import { expect, test } from "vitest";
import { type Machine, problems } from "./preflight";

const fine: Machine = {
  platform: "linux",
  uid: 0,
  freeBytes: 50e9,
  cached: false,
  online: true,
  hasApt: true,
  filesystems: "nodev\tproc\nnodev\toverlay\n",
};

test("a good machine has no problems", () => {
  expect(problems(fine)).toEqual([]);
});

test("each obstacle is said in words, with the next step", () => {
  expect(problems({ ...fine, uid: 1000 })[0]).toMatch(/needs root. Next: sudo npm run box/);
  expect(problems({ ...fine, freeBytes: 4e9 })[0]).toMatch(/^4.0 GB are free in .* 8 GB are needed/);
  expect(problems({ ...fine, online: false })[0]).toMatch(/offline/);
  expect(problems({ ...fine, filesystems: "ext4\n" })[0]).toMatch(/modprobe overlay/);
  expect(problems({ ...fine, platform: "darwin", uid: 501 })).toEqual([expect.stringMatching(/this is darwin/)]);
});

test("with everything cached, less room and no network will do", () => {
  expect(problems({ ...fine, cached: true, online: false, freeBytes: 4e9 })).toEqual([]);
});
