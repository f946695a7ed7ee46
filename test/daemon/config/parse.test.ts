import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../daemon/config/parse.js";
import { findShare } from "../../../daemon/config/config.js";

const FILE = "/etc/backup/sharestrata.yaml";

function problems(text: string): readonly string[] {
  try {
    parseConfig(FILE, text);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.replace(`${FILE}:`, ""));
  }
}

describe("shares that are restored into", () => {
  it("are signed in to as sources are, and need be in no share", () => {
    const { targets } = parseConfig(
      FILE,
      "targets:\n  - url: azure-files://other/cold/x\n    key: {env: K}\nshares: {}\n",
    );
    expect(targets).toMatchObject([
      {
        url: "azure-files://other/cold/x",
        signIn: { kind: "key", secret: { name: "K", key: `${FILE}:3: targets.0.key` } },
      },
    ]);
  });

  it.each([
    ["  - url: /srv/x", '2: targets.0.url: "/srv/x" needs no sign-in: only azure-files://ACCOUNT/SHARE does.'],
    ["  - {url: azure-files://a/b, changedRanges: true}", "2: targets.0.changedRanges: unknown key."],
    ["  - {url: azure-files://a/b, key: abc}", /^2: targets\.0\.key: a secret does not belong in a configuration/],
    ["  x: y", "1: targets: write a list: each with a url, and how it is signed in to."],
  ])("may not be %s", (text, expected) => {
    expect(problems(`targets:\n${text}\nshares: {}\n`)).toEqual([
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    ]);
  });
});

describe("a configuration that is right", () => {
  it("has absolute paths, defaults filled in, and the endpoint taken out of the URL", () => {
    const config = parseConfig(
      "/home/me/sharestrata.yaml",
      `state: ../state
defaults:
  store: file:backups
  source:
    sas: {credential: azure-sas}
    changedRanges: true
shares:
  acme/docs: {source: "azure-files://acmefiles/docs/folder?endpoint=http%3A%2F%2F127.0.0.1%3A10004%2Fx"}
  acme/home: {source: files, store: /srv/store}
  acme/own:
    source: {url: azure-files://acmefiles/own, key: {file: key.txt}, endpoint: https://files.example, changedRanges: false, trustWriteTimes: false, operationsPerSecond: 500}
`,
    );
    expect(config.stateDir).toBe("/home/state");
    expect(
      config.shares.map(({ name: { tenant, share }, line, store, source }) => ({
        name: `${tenant}/${share}`,
        line,
        store,
        source,
      })),
    ).toEqual([
      {
        name: "acme/docs",
        line: 8,
        store: "file:///home/me/backups",
        source: {
          url: "azure-files://acmefiles/docs/folder",
          endpoint: "http://127.0.0.1:10004/x",
          signIn: {
            kind: "sas",
            secret: { kind: "credential", name: "azure-sas", key: "/home/me/sharestrata.yaml:5: defaults.source.sas" },
          },
          changedRanges: true,
          trustWriteTimes: true,
        },
      },
      {
        name: "acme/home",
        line: 9,
        store: "file:///srv/store",
        source: {
          url: "file:///home/me/files",
          endpoint: undefined,
          signIn: undefined,
          changedRanges: false,
          trustWriteTimes: true,
        },
      },
      {
        name: "acme/own",
        line: 10,
        store: "file:///home/me/backups",
        source: {
          url: "azure-files://acmefiles/own",
          endpoint: "https://files.example",
          signIn: {
            kind: "key",
            secret: {
              kind: "file",
              path: "/home/me/key.txt",
              key: "/home/me/sharestrata.yaml:11: shares.acme/own.source.key",
            },
          },
          changedRanges: false,
          trustWriteTimes: false,
          operationsPerSecond: 500,
        },
      },
    ]);
  });

  it("keeps its state beside itself, or where the system's state belongs", () => {
    expect(parseConfig("/home/me/c.yaml", "").stateDir).toBe("/home/me/state");
    expect(parseConfig("/etc/sharestrata/config.yaml", "").stateDir).toBe("/var/lib/sharestrata");
  });

  it("may have no share yet", () => {
    for (const text of ["", "# nothing\n", "shares:\n", "{}"]) expect(parseConfig(FILE, text).shares).toEqual([]);
  });
});

describe("a configuration that is wrong", () => {
  it.each<[string, string, string[]]>([
    ["a misspelt key", "share: {}\n", ["1: share: unknown key, did you mean shares?"]],
    ["a key from nowhere", "shares: {}\nzzzzzz: 1\n", ["2: zzzzzz: unknown key."]],
    [
      "several mistakes, all told in the file's order",
      "shares:\n  acme/a:\n    source: x\n    stroe: y\n  bad:\n    source: 5\n    store: z\n",
      [
        "4: shares.acme/a.stroe: unknown key, did you mean store?",
        '5: shares.bad: "bad" does not name a share: write tenant/share, each of letters, digits, ".", "_" and "-" (at most 63).',
        "6: shares.bad.source: expected object, received number.",
      ],
    ],
    ["a missing source", "shares:\n  a/b:\n    store: x\n", ["2: shares.a/b.source: is missing."]],
    [
      "a missing store",
      "shares:\n  a/b:\n    source: x\n",
      ["2: shares.a/b.store: is missing, and defaults.store is not there either."],
    ],
    ["a share twice", "shares:\n  a/b: {}\n  a/b: {}\n", ["3: not valid YAML: map keys must be unique."]],
    ["text that is no YAML", 'a: "b\n', ['2: not valid YAML: missing closing "quote.']],
    ["a list", "- a\n", ["", "expected object, received array."]],
    [
      "another service",
      "shares:\n  a/b: {source: 's3://x/y', store: z}\n",
      ['2: shares.a/b.source.url: "s3:" is no kind of source: write azure-files://ACCOUNT/SHARE or file:///PATH.'],
    ],
    [
      "an account without a share",
      "shares:\n  a/b: {source: 'azure-files://x', store: z}\n",
      ['2: shares.a/b.source.url: "azure-files://x" does not name a share: write azure-files://ACCOUNT/SHARE.'],
    ],
    [
      "two ways to sign in",
      "shares:\n  a/b:\n    store: x\n    source: {url: 'azure-files://x/y', key: {env: A}, sas: {env: B}}\n",
      ["4: shares.a/b.source: write only one of key, sas, connectionString and entra."],
    ],
    [
      "a secret from two places",
      "shares:\n  a/b:\n    store: x\n    source: {url: 'azure-files://x/y', key: {env: A, file: B}}\n",
      ["4: shares.a/b.source.key: write exactly one of {env: NAME}, {file: PATH} and {credential: NAME}."],
    ],
  ])("%s", (_, text, expected) => {
    const found = problems(text);
    expect(found.join("|")).toContain(expected.at(-1));
    if (expected[0] !== "") expect(found).toEqual(expected);
  });

  it.each([
    ["a literal key", "source: {url: 'azure-files://x/y', key: c2VjcmV0}"],
    ["a literal connection string", "source: {url: 'azure-files://x/y', connectionString: 'AccountKey=c2VjcmV0'}"],
    ["a SAS in the URL", "source: 'azure-files://x/y?sv=1&sig=c2VjcmV0'"],
    ["an encoded SAS in the endpoint", "source: 'azure-files://x/y?endpoint=https%3A%2F%2Fh%2F%3Fsig%3Dc2VjcmV0'"],
    ["a password in the URL", "source: 'file://u:c2VjcmV0@h/x'"],
  ])("%s is refused with where it belongs, and not repeated", (_, line) => {
    const found = problems(`shares:\n  a/b:\n    store: x\n    ${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^4: shares\.a\/b\.source.*secret.*\{file: PATH\}/);
    expect(found[0]).not.toContain("c2VjcmV0");
  });
});

describe("a share that is not configured", () => {
  it("is answered with the nearest name there is", () => {
    const config = parseConfig(FILE, "shares:\n  acme/docs: {source: x, store: y}\n");
    expect(() => findShare(config, { tenant: "acme", share: "dosc" })).toThrow(/did you mean acme\/docs\?/);
    expect(() => findShare(config, { tenant: "other", share: "thing" })).toThrow(/it has acme\/docs\./);
  });
});

describe("entra", () => {
  const CLIENT = "11111111-2222-3333-4444-555555555555";
  const source = (entra: string, more = ""): string =>
    `shares:\n  a/b:\n    store: /s\n    source:\n      url: azure-files://acme/docs\n      entra: ${entra}\n${more}`;
  const signInOf = (entra: string) => parseConfig(FILE, source(entra)).shares[0]?.source.signIn;

  it.each<[string, object]>([
    ["default", { kind: "default" }],
    [
      `{default: true, tenant: contoso.com, client: ${CLIENT}}`,
      { kind: "default", tenant: "contoso.com", client: CLIENT },
    ],
    ["{managedIdentity: true}", { kind: "managed", client: undefined }],
    [`{managedIdentity: ${CLIENT}}`, { kind: "managed", client: CLIENT }],
    ["{workloadIdentity: true}", { kind: "workload" }],
    [
      `{tenant: contoso.com, client: ${CLIENT}, secret: {credential: app}, authority: "https://login.microsoftonline.us/"}`,
      {
        kind: "secret",
        tenant: "contoso.com",
        authority: "https://login.microsoftonline.us",
        secret: { kind: "credential", name: "app", key: `${FILE}:6: shares.a/b.source.entra.secret` },
      },
    ],
    [`{tenant: t, client: ${CLIENT}, token: {file: token}}`, { kind: "token", secret: { path: "/etc/backup/token" } }],
  ])("may say %s", (entra, expected) => {
    expect(signInOf(entra)).toMatchObject({ kind: "entra", entra: expected });
  });

  it("goes for all shares that say nothing", () => {
    const text = "defaults: {source: {entra: default}}\nshares: {a/b: {source: azure-files://acme/docs, store: /s}}\n";
    expect(parseConfig(FILE, text).shares[0]?.source.signIn).toMatchObject({ kind: "entra" });
  });

  it.each<[string, readonly string[]]>([
    ["managed", ["6: shares.a/b.source.entra: write default, or a mapping (docs/configuration.md)"]],
    [
      "{tenant: t}",
      ["6: shares.a/b.source.entra: write exactly one of default, managedIdentity, workloadIdentity, secret and token"],
    ],
    [
      "{secret: {env: X}}",
      ["6: shares.a/b.source.entra.tenant: is missing", "6: shares.a/b.source.entra.client: is missing"],
    ],
    [
      `{tenant: t, client: ${CLIENT}, secret: abc~123}`,
      [
        "6: shares.a/b.source.entra.secret: a secret does not belong in a configuration: keep it in a file, a systemd credential or the environment, and write {file: PATH}, {credential: NAME} or {env: NAME} as the source's key, sas, connectionString, entra.secret or entra.token",
      ],
    ],
    [
      "{managedIdentity: me}",
      [
        "6: shares.a/b.source.entra.managedIdentity: write true for the machine's own, or a client id, such as 00000000-0000-0000-0000-000000000000",
      ],
    ],
    [
      `{managedIdentity: true, client: ${CLIENT}}`,
      [
        "6: shares.a/b.source.entra.client: does not go with managedIdentity, whose value is the client id of an identity that is not the machine's own",
      ],
    ],
    [
      "{default: true, authority: http://login.example}",
      [
        '6: shares.a/b.source.entra.authority: "http://login.example" is no authority: write https://HOST, such as https://login.microsoftonline.us',
      ],
    ],
    ["{default: true, tennant: t}", ["6: shares.a/b.source.entra.tennant: unknown key, did you mean tenant?"]],
  ])("may not say %s", (entra, expected) => {
    expect(problems(source(entra)).map((problem) => problem.replace(/\.$/, ""))).toEqual(expected);
  });

  it("may not stand beside a key", () => {
    expect(problems(source("default", "      key: {env: K}\n"))).toEqual([
      "4: shares.a/b.source: write only one of key, sas, connectionString and entra.",
    ]);
  });
});
