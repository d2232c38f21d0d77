import { type Provider, SelfSignedCertificate, SystemdUnit } from "..";

/** A certificate for a development hub. */
export function certificate(hub: Provider) {
  const certificate = new SelfSignedCertificate(
    "certificate",
    { certPath: "/etc/ssl/hub.pem", keyPath: "/etc/ssl/hub.key", names: ["hub.example.org", "10.0.0.10"] },
    { provider: hub },
  );
  new SystemdUnit("nginx", { name: "nginx.service", reloadTriggers: [certificate.sha256] }, { provider: hub });
}
