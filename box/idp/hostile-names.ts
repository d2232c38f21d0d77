/** What an identity provider could say a person's cluster account is called, for tests that none of it comes through. */
import type { Account } from "../site";

/** A claim that is to be refused, by what is wrong with it. */
export const HOSTILE_NAMES: Readonly<Record<string, unknown>> = {
  "a command behind a semicolon": "alice;id",
  "a command in parentheses": "$(id)",
  "a command in back quotes": "`id`",
  "a line break": "alice\nbob",
  "a line break at the end": "alice\n",
  "a null byte": "alice\u0000bob",
  "a blank at the end": "alice ",
  "a blank in front": " alice",
  "an option": "-u",
  "a long option": "--uid=0",
  "a path to somewhere else": "../root",
  "a path below another user": "alice/../bob",
  "a number that sudo takes for a uid": "#0",
  "a group as sudo writes it": "%hpcusers",
  "a list of users": "alice,bob",
  "a name with a group": "alice:root",
  "an address": "alice@evil.example",
  "capital letters": "ALICE",
  "a Cyrillic letter that looks Latin": "\u0430lice",
  "full-width letters": "\uff41lice",
  "a letter with an accent of its own": "alice\u0301",
  "a right-to-left mark": "alice\u202e",
  "a template's expression": "{username}",
  "a tag": "<script>alert(1)</script>",
  "33 letters": "a".repeat(33),
  "100,000 letters": "a".repeat(100_000),
  "digits only": "2001",
  root: "root",
  "the scheduler's account": "slurm",
  "the hub's own account": "jupyterhub",
  "an administrator's account": "admin",
  nobody: "nobody",
  "no text at all": "",
  "a number": 2001,
  "a truth value": true,
  "a list": ["alice"],
  "an object": { name: "alice" },
  null: null,
};

/** An account for each of them: logged in to as `hostile-N`, whose password is its name with `-box`. */
export const hostileAccounts: Account[] = Object.values(HOSTILE_NAMES).map((claim, i) => ({
  login: `hostile-${i}`,
  password: `hostile-${i}-box`,
  groups: ["hpcusers"],
  claim,
}));
