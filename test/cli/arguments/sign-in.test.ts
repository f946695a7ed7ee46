import { describe, expect, it } from "vitest";
import { parseSignIn } from "../../../cli/arguments/sign-in.js";

describe("--auth", () => {
  it.each<[string, object]>([
    ["entra: default", { entra: "default" }],
    ["entra: {managedIdentity: true}", { entra: { managedIdentity: true } }],
    ["sas: {credential: docs-sas}", { sas: { credential: "docs-sas" } }],
    ['{"key": {"file": "/etc/account.key"}}', { key: { file: "/etc/account.key" } }],
  ])("takes %s as the configuration would", (text, expected) => {
    expect(parseSignIn(text)).toEqual(expected);
  });

  it.each([
    "",
    "default",
    "key: c2VjcmV0LW9mLXRoZS1hY2NvdW50",
    "password: {file: x}",
    "sas: {file: a}\nkey: {file: b}",
    "entra: {secret: [",
    "[entra]",
  ])("refuses %j, and repeats nothing of it", (text) => {
    const thrown = (() => {
      try {
        return parseSignIn(text);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: "USAGE", message: expect.stringMatching(/^--auth: write what/) as string });
    expect(String(thrown)).not.toContain("c2VjcmV0");
  });
});
