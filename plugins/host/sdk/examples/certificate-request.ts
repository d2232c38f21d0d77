import { CertificateRequest, type Provider } from "..";

/** A key and a request for a hub; the certificate is put beside them when it comes. */
export function certificateRequest(hub: Provider) {
  new CertificateRequest(
    "request",
    {
      keyPath: "/etc/ssl/private/hub.key",
      requestPath: "/etc/ssl/private/hub.csr",
      certPath: "/etc/ssl/private/hub.pem",
      names: ["hub.example.org", "*.hub.example.org"],
    },
    { provider: hub },
  );
}
