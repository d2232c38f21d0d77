import { z } from "zod";

/** An absolute path without "." and ".." and without control characters. */
export const absolutePath = z
  .string()
  .regex(/^\/[^\p{Cc}]*$/u, "must be an absolute path")
  .refine(
    (path) => path.length > 1 && !path.endsWith("/") && !path.split("/").some((part) => part === "." || part === ".."),
    {
      error: 'must not be "/", end in "/" or contain "." or ".."',
    },
  );

/** An account or group name, as useradd takes it. */
export const accountName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "must be an account name: a-z, 0-9, - and _, at most 32");

/** Permission bits as four octal digits. */
export const mode = z.string().regex(/^[0-7]{4}$/, 'must be four octal digits, such as "0644"');

/** Name of a distribution's package. */
export const packageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._:-]*$/, "is not a package name");
