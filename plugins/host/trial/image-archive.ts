import { createHash } from "node:crypto";
import { tar } from "../cases/local-files";

function sha256(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A docker-archive with one layer of small files. */
export function imageArchive(files: Record<string, string>): Buffer {
  const layer = tar(files);
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: "2026-01-01T00:00:00Z" }],
  });
  const name = `${sha256(config)}.json`;
  return tar({
    "layer.tar": layer,
    [name]: config,
    "manifest.json": JSON.stringify([{ Config: name, RepoTags: [], Layers: ["layer.tar"] }]),
  });
}
