import { describe, expect, it } from "vitest";
import { keysOf } from "./known-hosts";

const A = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const B = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJveCB0ZXN0IGtleSBmb3IgdW5pdCB0ZXN0cyAxMjM0";
// Made by ssh-keygen -H of "hub.example.org" and "[hub.example.org]:2222".
const HASHED = "|1|yTn8trfWK5b8C9HvaHetgZVDeos=|nEgnaKuO8wGIPovyQbDweY2mTGY=";
const HASHED_PORT = "|1|2X6vhKN0Ep3dlJI248DCs9HimqQ=|bRr0jQ6gRxtQPYLA2C1bqPLBOIE=";

describe("a known_hosts file", () => {
  it.each<[string, string, number, string[]]>([
    ["a name in full", `hub.example.org,192.0.2.1 ${A} comment\n`, 22, [A]],
    ["other letters", `Hub.Example.Org ${A}`, 22, [A]],
    ["another port", `hub.example.org ${A}\n[hub.example.org]:2222 ${B}`, 2222, [B]],
    ["a hashed name", `${HASHED} ${A}`, 22, [A]],
    ["a hashed name with a port", `${HASHED} ${A}\n${HASHED_PORT} ${B}`, 2222, [B]],
    ["another host", `login.example.org ${A}`, 22, []],
    ["a pattern", `*.example.org ${A}`, 22, []],
    ["a revoked key", `hub.example.org ${A}\nhub.example.org ${B}\n@revoked * ${A}`, 22, [B]],
    ["a comment and rubbish", `# hub.example.org ${A}\n\nhub.example.org\nhub.example.org ssh-dss AAAA`, 22, []],
  ])("with %s", (_, text, port, keys) => {
    expect(keysOf(text, "hub.example.org", port)).toEqual({ keys, authority: false });
  });

  it.each(["*.example.org", "hub.example.org", "*"])("with a certificate authority for %s says so", (pattern) => {
    expect(keysOf(`@cert-authority ${pattern} ${A}`, "hub.example.org", 22)).toEqual({ keys: [], authority: true });
  });
});
