import { expect, test } from "vitest";
import { parseAccounts } from "../accounts-file.js";

const parse = (text: string) => parseAccounts(text, "accounts.yaml");

test("accounts come from a list, in YAML or JSON, or from a list under their name", () => {
  const yaml = `
- name: plain
  key: a2V5
- name: fast
  key: a2V5
  secondaryKey: b3RoZXI=
  kind: premium
  nfs: true
  shareRetentionDays: 7
`;
  const accounts = parse(yaml);
  expect(accounts).toEqual([
    { name: "plain", key: "a2V5", kind: "standard" },
    { name: "fast", key: "a2V5", secondaryKey: "b3RoZXI=", kind: "premium", nfs: true, shareRetentionDays: 7 },
  ]);
  expect(parse(JSON.stringify({ accounts }))).toEqual(accounts);
});

test.each([
  [
    "a key that is none",
    "- name: acme\n  key: '%%'",
    "accounts.yaml:2: account 1 (acme), key must be base64, and not empty",
  ],
  ["a missing key", "- name: acme", "accounts.yaml:1: account 1 (acme), key must be text"],
  [
    "a name that is none",
    "- name: A_B\n  key: a2V5",
    "accounts.yaml:1: account 1 (A_B), name must be 3 to 24 lower-case letters and digits",
  ],
  [
    "an unknown kind",
    "- name: acme\n  key: a2V5\n  kind: cold",
    "accounts.yaml:3: account 1 (acme), kind must be standard or premium",
  ],
  [
    "NFS on a standard account",
    "- name: acme\n  key: a2V5\n  nfs: true",
    "accounts.yaml:3: account 1 (acme), nfs can be true on a premium account only",
  ],
  [
    "days out of range",
    "- {name: acme, key: a2V5, shareRetentionDays: 400}",
    "accounts.yaml:1: account 1 (acme), shareRetentionDays must be between 0 and 365",
  ],
  [
    "an unknown setting",
    "- name: acme\n  key: a2V5\n  colour: red",
    "accounts.yaml:3: account 1 (acme), colour is no setting of an account",
  ],
  [
    "a name given twice",
    "accounts:\n- {name: acme, key: a2V5}\n- {name: acme, key: a2V5}",
    "accounts.yaml:3: account 2 (acme), name is the name of another account, too",
  ],
  ["no list", "hello", "accounts.yaml:1: the file must be a list of accounts"],
  ["an empty list", "[]", "accounts.yaml:1: the file must have at least one account"],
])("%s is told with its place", (_what, text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test("YAML that is broken is told with its line", () => {
  expect(() => parse("- name: acme\n  key: [")).toThrow(/^accounts\.yaml:2: /);
});
