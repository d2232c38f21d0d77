/** The kinds of value a stack's configuration is made of. Each says in words what it allows, for messages and for docs/configuration.md. */
import { isIP } from "node:net";
import { z } from "zod";
import { Secret } from "./secret";

function text(allowed: string, accept: (value: string) => boolean) {
  return z.string({ error: `must be ${allowed}` }).refine(accept, { error: `must be ${allowed}` });
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const ALL_NUMERIC = /^[0-9.]+$/;

function isCidr(value: string): boolean {
  const [address, bits, ...rest] = value.split("/");
  const family = isIP(address ?? "");
  if (rest.length > 0 || family === 0 || bits === undefined || !/^\d{1,3}$/.test(bits)) return false;
  return Number(bits) <= (family === 4 ? 32 : 128);
}

/** A host name or an IP address. A dotted number that is no IP address is refused rather than taken for a name. */
export const hostAddress = () =>
  text("a host name or an IP address", (v) => isIP(v) !== 0 || (HOST_NAME.test(v) && !ALL_NUMERIC.test(v)));

/** An IPv4 or IPv6 address. */
export const ipAddress = () => text("an IPv4 or IPv6 address", (v) => isIP(v) !== 0);

/** A network in CIDR form. */
export const network = () => text("a network in CIDR form, such as 10.1.0.0/16 or 2001:db8::/32", isCidr);

/** An https URL without a query. */
export const httpsUrl = () =>
  text("a URL that begins with https://", (v) => URL.canParse(v) && new URL(v).protocol === "https:");

/** Where help is found. */
export const helpUrl = () =>
  text("an https: or mailto: address", (v) => URL.canParse(v) && ["https:", "mailto:"].includes(new URL(v).protocol));

/** A network interface's name, as the kernel allows it. */
export const interfaceName = () =>
  text("the name of a network interface, such as eth0", (v) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(v));

/** An account or group name on a Linux host. */
export const accountName = () =>
  text("an account or group name: a small letter or _, then at most 31 of a-z 0-9 _ -", (v) =>
    /^[a-z_][a-z0-9_-]{0,31}$/.test(v),
  );

/** An absolute path without anything a shell or a unit file would take apart. */
export const absolutePath = () =>
  text(
    "an absolute path of letters, digits and . _ - / + only, without ..",
    (v) => /^\/[A-Za-z0-9._+/-]*$/.test(v) && !v.split("/").includes(".."),
  );

/** A path on the machine that runs Pulumi: absolute, below the home directory (~), or below the project's folder. */
export const localPath = () => text("a path on the machine that runs Pulumi", (v) => v.length > 0 && !v.includes("\0"));

/** A short name for something in the configuration. */
export const label = () =>
  text("a name: a letter, then letters, digits, . _ - (at most 63)", (v) => /^[A-Za-z][A-Za-z0-9._-]{0,62}$/.test(v));

/** The name of an environment module, such as Python/3.11.3. */
export const moduleName = () =>
  text("the name of a module, such as JupyterHub/6.1.1", (v) => /^[A-Za-z0-9][A-Za-z0-9._+/-]{0,127}$/.test(v));

/** One line of text for people. */
export const title = () =>
  text("one line of at most 200 characters", (v) => v.length > 0 && v.length <= 200 && !/[\p{Cc}]/u.test(v));

/** When a timer goes off; that it is a time systemd itself tells, as the timer is put on the host. */
export const onCalendar = () =>
  text("a time as systemd's OnCalendar has it, such as daily or *-*-* 03:30:00", (v) =>
    /^[A-Za-z0-9*][A-Za-z0-9*,.:/~ _+-]{0,79}$/.test(v),
  );

/** A TCP port. */
export const port = () =>
  z
    .int({ error: "must be a port from 1 to 65535" })
    .min(1, "must be a port from 1 to 65535")
    .max(65535, "must be a port from 1 to 65535");

/** A secret: encrypted in the stack's file by `pulumi config set --secret`. `pattern`: what it must look like as a whole, said in `words`. */
export const secret = (pattern = /./s, words = "must not be empty") =>
  z
    .string({ error: "must be a secret string" })
    .regex(pattern, words)
    .transform((v) => new Secret(v))
    .meta({ secret: true });

/** Whether a value is `true`; only true or false are allowed. */
export const flag = () => z.boolean({ error: "must be true or false" });
