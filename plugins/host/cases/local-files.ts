import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const BLOCK = 512;

/** A tar archive of small members. */
export function tar(members: Record<string, Buffer | string>): Buffer {
  const blocks = Object.entries(members).flatMap(([name, content]) => {
    const data = Buffer.from(content);
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0);
    header.write(`0000644\0${"0000000\0".repeat(2)}`, 100);
    header.write(data.length.toString(8).padStart(11, "0"), 124);
    header.write(`00000000000\0${" ".repeat(8)}0`, 136);
    header.write("ustar\u000000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** Files on the machine that runs Pulumi, in a directory that cases call $HERE. */
export class LocalFiles {
  readonly directory = mkdtempSync(join(tmpdir(), "case-"));

  constructor(files: Record<string, string | Record<string, string>>) {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof content === "string" ? content : tar(content));
    }
  }

  /** A value with $HERE replaced. */
  place<T>(value: T): T {
    return JSON.parse(JSON.stringify(value ?? null).replaceAll("$HERE", this.directory)) as T;
  }

  end(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
