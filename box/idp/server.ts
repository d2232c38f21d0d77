/** The identity provider: oidc-provider with the site's accounts and one client. Runs in the host `idp` of the box. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import Provider, { type Configuration } from "oidc-provider";
import type { Account, IdentityProvider } from "../site";
import { loginPage } from "./page";

const [settingsFile, certificateFile, keyFile] = process.argv.slice(2) as [string, string, string];
const settings = JSON.parse(readFileSync(settingsFile, "utf8")) as IdentityProvider;
const issuer = `https://${settings.name}:${settings.port}`;

function accountOf(login: string | undefined): Account | undefined {
  return settings.accounts.find((account) => account.login === login);
}

const signingKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const configuration: Configuration = {
  clients: [
    {
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      redirect_uris: settings.redirectUris,
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  jwks: { keys: [{ ...signingKey, kid: "box", use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  scopes: ["openid", "profile", "email", "groups"],
  claims: { openid: ["sub"], profile: ["preferred_username", "name"], email: ["email"], groups: ["groups"] },
  pkce: { required: () => false },
  clientBasedCORS: () => false,
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  ttl: { Session: 3600, Interaction: 3600, Grant: 3600, AccessToken: 3600, IdToken: 3600 },
  findAccount: (_context, login) => {
    const account = accountOf(login);
    if (account === undefined) return undefined;
    return {
      accountId: login,
      claims: () => ({
        sub: login,
        preferred_username: "claim" in account ? account.claim : login,
        name: login,
        email: `${encodeURIComponent(login)}@box.localhost`,
        groups: account.groups,
      }),
    };
  },
  // Consent goes without asking: who logs in grants what is requested.
  loadExistingGrant: async (context) => {
    const { client, session, provider, params } = context.oidc;
    const grant = new provider.Grant({ clientId: client?.clientId ?? "", accountId: session?.accountId ?? "" });
    grant.addOIDCScope(String(params?.scope ?? "openid"));
    await grant.save();
    return grant;
  },
};

const provider = new Provider(issuer, configuration);

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 10_000) throw new Error("the form is too long");
  }
  return new URLSearchParams(body);
}

async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await provider.interactionDetails(request, response);
  const form = request.method === "POST" ? await formOf(request) : undefined;
  const account = accountOf(form?.get("login") ?? undefined);
  if (account !== undefined && account.password === form?.get("password")) {
    const result = { login: { accountId: account.login } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    return;
  }
  response.writeHead(form === undefined ? 200 : 401, { "content-type": "text/html; charset=utf-8" });
  response.end(loginPage(form === undefined ? undefined : "Unknown name or wrong password."));
}

const handle = provider.callback();
const tls = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
createServer(tls, (request, response) => {
  if (!request.url?.startsWith("/interaction/")) return void handle(request, response);
  interact(request, response).catch((error: Error) => {
    console.error(error);
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
    response.end(`This login has ended: ${error.message}. Start again from where you came.\n`);
  });
}).listen(settings.port, "::", () => console.log(`${issuer} is up`));
