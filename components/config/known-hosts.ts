/**
 * The keys that a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") has for a host. Hashed names and patterns are not matched: a pinned host is
 * named in full. Markers (@revoked, @cert-authority) are left out.
 */
export function keysOf(knownHosts: string, address: string, port: number): string[] {
  const wanted = port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
  return knownHosts
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("@"))
    .flatMap((line) => {
      const [names = "", type, key] = line.split(/\s+/);
      return type && key && names.split(",").some((name) => wanted.includes(name)) ? [`${type} ${key}`] : [];
    });
}
