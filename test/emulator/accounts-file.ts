// The file of accounts the emulator is started with: YAML, of which JSON is a part. Everything in it is
// checked, and what is wrong is told with the file, the line and the account.
import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import type { AccountOptions } from "./account.js";

/** What is wrong with a file of accounts, in one line that names the place. */
export class AccountsFileError extends Error {
  override readonly name = "AccountsFileError";
}

const key = z.string("must be text").refine((text) => text !== "" && isBase64(text), "must be base64, and not empty");

const account = z
  .strictObject({
    name: z.string("must be text").regex(/^[a-z0-9]{3,24}$/, "must be 3 to 24 lower-case letters and digits"),
    key,
    secondaryKey: key.optional(),
    kind: z.enum(["standard", "premium"], "must be standard or premium").default("standard"),
    nfs: z.boolean("must be true or false").optional(),
    shareRetentionDays: z
      .int("must be a whole number")
      .min(0, "must be between 0 and 365")
      .max(365, "must be between 0 and 365")
      .optional(),
  })
  .refine(({ kind, nfs }) => kind === "premium" || nfs !== true, {
    path: ["nfs"],
    error: "can be true on a premium account only",
  });

const accountList = z.array(account, "must be a list of accounts").min(1, "must have at least one account");

/** The accounts in a file. Throws AccountsFileError. */
export function readAccountsFile(path: string): AccountOptions[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new AccountsFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
  return parseAccounts(text, path);
}

/** Accounts from text: `accounts:` with a list, or the list alone. `path` is what errors call it. */
export function parseAccounts(text: string, path: string): AccountOptions[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken) {
    throw new AccountsFileError(`${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split("\n")[0]}`);
  }
  const value: unknown = document.toJS();
  const isWrapped = value !== null && typeof value === "object" && !Array.isArray(value);
  const schema = isWrapped ? z.strictObject({ accounts: accountList }) : accountList;
  const result = schema.safeParse(value);
  const fail = (keys: readonly PropertyKey[], message: string): never => {
    throw new AccountsFileError(`${path}:${lineOf(keys)}: ${place(value, keys)} ${message}`);
  };
  const lineOf = (keys: readonly PropertyKey[]): number => {
    for (let length = keys.length; length >= 0; length--) {
      const node = document.getIn(keys.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  if (!result.success) {
    const issue = result.error.issues[0]!;
    if (issue.code === "unrecognized_keys") return fail([...issue.path, issue.keys[0]!], "is no setting of an account");
    return fail(issue.path, issue.message);
  }
  const accounts = Array.isArray(result.data) ? result.data : result.data.accounts;
  const names = accounts.map(({ name }) => name);
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  if (again >= 0) fail([...(isWrapped ? ["accounts"] : []), again, "name"], "is the name of another account, too");
  // What the schema leaves undefined is left out, as options are.
  return accounts.map((each) => JSON.parse(JSON.stringify(each)) as AccountOptions);
}

/** Such as `account 2 (acme), key`. */
function place(value: unknown, keys: readonly PropertyKey[]): string {
  const index = keys.findIndex((each) => typeof each === "number");
  if (index < 0) return keys.length === 0 ? "the file" : keys.join(".");
  const entry = keys
    .slice(0, index + 1)
    .reduce((at: unknown, each) => (at as Record<PropertyKey, unknown>)[each], value);
  const name = (entry as { name?: unknown } | null)?.name;
  const known = typeof name === "string" ? ` (${name})` : "";
  const rest = keys.slice(index + 1);
  return `account ${Number(keys[index]) + 1}${known}${rest.length > 0 ? `, ${rest.join(".")}` : ""}`;
}

function isBase64(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
}
