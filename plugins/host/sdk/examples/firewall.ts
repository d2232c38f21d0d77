import { Firewall, type Provider } from "..";

/** HTTPS for everybody, SSH for the administrators' network. */
export function firewall(hub: Provider) {
  const content = `table inet jupyterhub {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 443 accept
    ip saddr 10.0.0.0/24 tcp dport 22 accept
  }
}
`;
  new Firewall("firewall", { content }, { provider: hub });
}
