// Encrypted shares as somebody at the command line has them: where the passphrase comes from, keys, and what is told.
import { spawn, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { program } from "../support/programs.js";
import type { TimeNs } from "../../core/time.js";
import { decodeShare, encodeShare } from "../../store/shares/share-codec.js";
import { SHARE } from "../store/support/stores.js";
import { requireCapability } from "../support/requires.js";
import { type Ending, Setting, sharestrata } from "./support/cli.js";

const MARKER = "nobody-may-see-this";
const PASSPHRASE = "correct horse battery staple";

let setting: Setting;

beforeEach(async () => {
  setting = await Setting.create();
  for (let n = 0; n < 4; n++) await setting.write(`folder/${MARKER}-${n}.txt`, `${MARKER} ${n}`);
  await writeFile(setting.path("pass"), `${PASSPHRASE}\n`);
  await writeFile(setting.path("new"), "another one");
  await writeFile(setting.path("key"), "k".repeat(64));
});
afterEach(() => setting[Symbol.asyncDispose]());

const KEY = ["--key-file", "key"];

/** As a key file, which costs no scrypt. */
const encrypted = async (): Promise<void> => {
  expect(await setting.init("acme/docs", "--encrypt", ...KEY)).toMatchObject({ status: 0 });
};

function runIn(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ending> {
  return sharestrata([...argv, "--config", setting.config], { cwd: setting.directory.path, env });
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.map(async (file) => [file.slice(folder.length), await readFile(file, "latin1")] as const);
  return new Map(await Promise.all(pairs));
}

interface Keys {
  readonly keys: readonly { readonly id: string; readonly kind: string; readonly label: string | null }[];
}

const keys = async (): Promise<Keys["keys"]> => (await setting.json<Keys>("key", "list", "acme/docs")).keys;

it("backs up, verifies and restores with a passphrase, and nothing of it is readable in the store", async () => {
  const init = await setting.init("acme/docs", "--encrypt", "--passphrase-file", "pass");
  expect(init).toMatchObject({ status: 0, stdout: "" });
  expect(init.stderr).toContain("Losing the passphrase or key file is losing the data");
  const pass = ["--passphrase-file", "pass"];
  expect(await setting.run("backup", "acme/docs", ...pass)).toMatchObject({ status: 0 });
  expect(await setting.run("verify", "acme/docs", "--read-data", ...pass)).toMatchObject({ status: 0 });
  await rm(setting.path("state"), { recursive: true });
  const target = setting.path("restored");
  expect(await setting.run("restore", "acme/docs", "--to", target, ...pass)).toMatchObject({ status: 0 });
  expect(await filesBelow(target)).toEqual(await filesBelow(setting.source()));
  const objects = await filesBelow(setting.path("store"));
  for (const [name, bytes] of objects) expect(name + bytes).not.toContain(MARKER);
  expect([...objects.keys()].filter((name) => name.includes("/keys/"))).toHaveLength(1);
});

it("prunes a share that its key opens", async () => {
  await encrypted();
  for (const tag of ["one", "two"]) await setting.run("backup", "acme/docs", "--tag", tag, ...KEY);
  const answer = await setting.json<{ snapshots: { keep: boolean }[] }>(
    "prune",
    "acme/docs",
    "--keep-last",
    "1",
    ...KEY,
  );
  expect(answer.snapshots.map(({ keep }) => keep)).toEqual([false, true]);
  expect(await setting.run("verify", "acme/docs", "--read-data", ...KEY)).toMatchObject({ status: 0 });
});

describe("without its key", () => {
  beforeEach(encrypted);

  it.each(["prune", "backup", "snapshots", "ls", "verify", "catalog rebuild", "catalog checkpoint", "key add"])(
    "%s says in one sentence what is needed, with status 18",
    async (command) => {
      const ending = await setting.run(...command.split(" "), "acme/docs");
      expect(ending).toMatchObject({ status: 18, stdout: "" });
      expect(ending.stderr).toMatch(
        /^sharestrata: The share acme\/docs is encrypted: [^\n]*--passphrase-file[^\n]*\n$/,
      );
      const json = await setting.run(...command.split(" "), "acme/docs", "--json");
      const { error } = JSON.parse(json.stderr) as { error: unknown };
      expect(error).toMatchObject({ code: "KEY_REQUIRED", fields: { share: "acme/docs" } });
    },
  );

  it("config check tells that it is missing", async () => {
    const ending = await setting.run("config", "check");
    expect(ending.status).toBe(18);
    expect(ending.stdout).toContain("acme/docs: The share acme/docs is encrypted");
  });

  it("a wrong one is told, and not shown", async () => {
    await writeFile(setting.path("wrong"), `${MARKER}${"x".repeat(40)}`);
    for (const option of ["--key-file", "--passphrase-file"]) {
      const ending = await setting.run("backup", "acme/docs", option, "wrong", "--verbose");
      expect(ending.status).toBe(18);
      expect(ending.stderr).not.toContain(MARKER);
      const json = await setting.run("backup", "acme/docs", option, "wrong", "--json");
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: "WRONG_KEY" } });
    }
  });

  it("key list shows what there is", async () => {
    expect(await keys()).toMatchObject([{ kind: "key-file", label: null }]);
  });
});

describe("the key is taken from", () => {
  const works = async (env: Readonly<Record<string, string>>, ...argv: string[]) =>
    expect(await runIn(env, "snapshots", "acme/docs", ...argv)).toMatchObject({ status: 0 });

  beforeEach(async () => {
    await encrypted();
    const added = ["--new-passphrase-file", "pass", "--label", "the other"];
    await setting.run("key", "add", "acme/docs", ...KEY, ...added);
  });

  it("the environment", async () => {
    await works({ SHARESTRATA_PASSPHRASE: PASSPHRASE });
    expect(await runIn({}, "snapshots", "acme/docs")).toMatchObject({ status: 18 });
  });

  it("a systemd credential, that of the share first", async () => {
    const env = { CREDENTIALS_DIRECTORY: setting.path("credentials"), SHARESTRATA_PASSPHRASE: "wrong" };
    await mkdir(env.CREDENTIALS_DIRECTORY);
    await writeFile(join(env.CREDENTIALS_DIRECTORY, "sharestrata-passphrase-acme-docs"), PASSPHRASE);
    await writeFile(join(env.CREDENTIALS_DIRECTORY, "sharestrata-passphrase"), "wrong");
    await works(env);
    await rm(join(env.CREDENTIALS_DIRECTORY, "sharestrata-passphrase-acme-docs"));
    expect(await runIn(env, "snapshots", "acme/docs")).toMatchObject({ status: 18 });
  });

  it("the configuration, before the environment and behind the command line", async () => {
    const text = await readFile(setting.config, "utf8");
    const share = (reference: string) => text.replace("acme/docs:\n", `acme/docs:\n    encryption: ${reference}\n`);
    await writeFile(setting.config, share("{key: {file: key}}"));
    await works({ SHARESTRATA_PASSPHRASE: "wrong" });
    await writeFile(setting.config, share("{passphrase: {env: MY_PASSPHRASE}}"));
    await works({ MY_PASSPHRASE: PASSPHRASE });
    expect(await runIn({ MY_PASSPHRASE: "wrong" }, "snapshots", "acme/docs")).toMatchObject({ status: 18 });
    await works({ MY_PASSPHRASE: "wrong" }, ...KEY);
    await writeFile(setting.config, `${text}defaults: {encryption: {key: {file: key}}}\n`);
    await works({});
  });

  it("a file that is there and fit for it", async () => {
    await writeFile(setting.path("short"), "too short");
    await writeFile(setting.path("empty"), "\n");
    for (const [option, file] of [
      ["--key-file", "short"],
      ["--key-file", "missing"],
      ["--passphrase-file", "empty"],
    ] as const) {
      const ending = await setting.run("snapshots", "acme/docs", option, file);
      expect(ending.status).toBe(2);
      expect(ending.stderr).toContain(setting.path(file));
    }
    expect(await setting.run("snapshots", "acme/docs", ...KEY, "--passphrase-file", "pass")).toMatchObject({
      status: 2,
    });
  });

  it("never the command line itself", async () => {
    const ending = await setting.run("snapshots", "acme/docs", `--passphrase=${PASSPHRASE}`);
    expect(ending.status).toBe(2);
    expect(ending.stderr).not.toContain(PASSPHRASE);
  });
});

describe("keys", () => {
  beforeEach(encrypted);

  it("are added, rotated and removed, and no data is written anew", async () => {
    await setting.run("backup", "acme/docs", ...KEY);
    const data = async () =>
      [...(await filesBelow(setting.path("store")))].filter(([name]) => !name.includes("/keys/"));
    const before = await data();
    const [first] = await keys();
    expect(await setting.run("key", "add", "acme/docs", ...KEY, "--new-key-file", "pass")).toMatchObject({ status: 2 });
    await writeFile(setting.path("second"), "s".repeat(40));
    const added = await setting.run("key", "add", "acme/docs", ...KEY, "--new-key-file", "second", "--label", "safe");
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/^acme\/docs: key [0-9a-f]{16} added\n$/) });
    await writeFile(setting.path("third"), "t".repeat(40));
    const rotated = ["--key-file", "second", "--new-key-file", "third"];
    expect(await setting.run("key", "rotate", "acme/docs", ...rotated)).toMatchObject({ status: 0 });
    expect(await setting.run("snapshots", "acme/docs", "--key-file", "second")).toMatchObject({ status: 18 });
    expect(await setting.run("key", "remove", "acme/docs", first!.id, "--key-file", "third")).toMatchObject({
      status: 0,
    });
    expect(await setting.run("snapshots", "acme/docs", ...KEY)).toMatchObject({ status: 18 });
    const [last, ...none] = await keys();
    expect(none).toEqual([]);
    const kept = await setting.run("key", "remove", "acme/docs", last!.id, "--key-file", "third");
    expect(kept).toMatchObject({ status: 2, stderr: expect.stringContaining("has no other key") });
    expect(await setting.run("snapshots", "acme/docs", "--key-file", "third")).toMatchObject({ status: 0 });
    expect(await data()).toEqual(before);
  });

  it("of a share that is not encrypted there are none", async () => {
    await setting.init("acme/plain");
    for (const command of [["list"], ["add", "--new-key-file", "key"]] as const) {
      const [name, ...options] = command;
      const ending = await setting.run("key", name, "acme/plain", ...options);
      expect(ending).toMatchObject({ status: 2, stderr: expect.stringContaining("is not encrypted") });
    }
  });

  it("a label that would change a terminal is refused", async () => {
    const ending = await setting.run(
      "key",
      "add",
      "acme/docs",
      ...KEY,
      "--new-key-file",
      "key",
      "--label",
      "\u001b[2J",
    );
    expect(ending.status).toBe(2);
  });
});

describe("init", () => {
  it("refuses a key for what is not to be encrypted, and encryption of what is there already", async () => {
    expect(await setting.init("acme/docs", ...KEY)).toMatchObject({ status: 2 });
    await setting.init();
    await rm(setting.config);
    const again = await setting.init("acme/docs", "--encrypt", ...KEY);
    expect(again).toMatchObject({
      status: 10,
      stderr: expect.stringContaining("is not encrypted and cannot become so"),
    });
  });

  it("without a passphrase changes nothing", async () => {
    expect(await setting.init("acme/docs", "--encrypt")).toMatchObject({ status: 18 });
    expect(await readdir(setting.directory.path)).not.toContain("sharestrata.yaml");
    expect(await readdir(setting.directory.path)).not.toContain("store");
  });

  it("takes an encrypted share over without its key", async () => {
    await encrypted();
    await rm(setting.config);
    const places = ["--source", setting.source(), "--store", setting.path("store")];
    const again = await setting.json("init", "--share", "acme/docs", ...places);
    expect(again).toMatchObject({ adopted: true, encrypted: true });
  });
});

it("a share that is to be encrypted and is not is refused", async () => {
  await setting.init();
  const text = await readFile(setting.config, "utf8");
  await writeFile(setting.config, text.replace("acme/docs:\n", "acme/docs:\n    encryption: {key: {file: key}}\n"));
  const ending = await setting.run("backup", "acme/docs");
  expect(ending).toMatchObject({ status: 2, stderr: expect.stringContaining("acme/docs is to be encrypted") });
});

it("a share.fb that was forged to say that nothing is encrypted makes nobody store anything in the open", async () => {
  await encrypted();
  expect(await setting.run("backup", "acme/docs", ...KEY)).toMatchObject({ status: 0 });
  const name = "acme/docs/share.fb";
  const file = setting.path("store", name);
  const { keyCheck: _check, ...record } = decodeShare(name, SHARE, await readFile(file));
  await setting.write("later.txt", MARKER);
  // Of another time it is another share's, which is refused as well.
  for (const createdAt of [record.createdAt, (record.createdAt + 1n) as TimeNs]) {
    await writeFile(file, encodeShare(name, { ...record, createdAt, keyCheck: undefined }));
    for (const options of [[], KEY]) {
      for (const command of [["backup"], ["restore", "--to", "restored"], ["verify"]]) {
        const [word = "", ...rest] = command;
        expect(await setting.run(word, "acme/docs", ...rest, ...options)).toMatchObject({ status: 14 });
      }
    }
  }
  // On a machine that has never seen the share, what is sealed in it is in the way.
  await rm(setting.path("state"), { recursive: true });
  expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 14, stdout: "" });
  for (const [object, bytes] of await filesBelow(setting.path("store"))) expect(object + bytes).not.toContain(MARKER);
});

it("shares of a tenant that keep equal contents once do so among encrypted ones, and plain ones apart from them", async () => {
  for (const n of [1, 2, 3]) await setting.write(`large${n}`, `${n}`.repeat(200_000));
  const tenant = ["--dedup-scope", "tenant"];
  const stored: boolean[] = [];
  for (const share of ["one", "two", "plain"]) {
    const lock = share === "plain" ? [] : ["--encrypt", ...KEY];
    expect(await setting.init(`acme/${share}`, ...tenant, ...lock)).toMatchObject({ status: 0 });
    expect(await setting.run("backup", `acme/${share}`, ...KEY)).toMatchObject({ status: 0 });
    stored.push((await readdir(setting.path("store/acme", share))).includes("bundles"));
  }
  expect(stored).toEqual([true, false, true]);
  for (const [share, ...options] of [["acme/two", ...KEY], ["acme/plain"]] as const) {
    const target = setting.path("restored", share);
    expect(await setting.run("restore", share, "--to", target, ...options)).toMatchObject({ status: 0 });
    expect(await filesBelow(target)).toEqual(await filesBelow(setting.source()));
  }
});

const root = join(import.meta.dirname, "..", "..");

it("a mount in the background is given the key, and without one says what is missing", async (ctx) => {
  requireCapability(ctx, "fuse");
  await encrypted();
  expect(await setting.run("backup", "acme/docs", ...KEY)).toMatchObject({ status: 0 });
  const point = setting.path("mount");
  await mkdir(point);
  const run = (...argv: string[]) => {
    const words = [program("cli/main.ts"), ...argv, "--config", setting.config];
    return spawnSync(process.execPath, words, { cwd: root, encoding: "utf8", timeout: 60_000 });
  };
  const mounting = ["mount", point, "acme/docs@latest", "--background"];
  const refused = run(...mounting);
  expect(refused).toMatchObject({ status: 18, stderr: expect.stringContaining("--passphrase-file") });
  try {
    // Relative to the folder in which the command was started, which is not that of the mount's process.
    expect(run(...mounting, "--key-file", relative(root, setting.path("key")))).toMatchObject({ status: 0 });
    expect(await filesBelow(point)).toEqual(await filesBelow(setting.source()));
  } finally {
    run("umount", point);
  }
});

describe("at a terminal", () => {
  /** Types each answer when its question is there. @returns all that the terminal has shown */
  async function typing(words: readonly string[], answers: readonly (readonly [RegExp, string])[]): Promise<string> {
    const line = [process.execPath, program("cli/main.ts"), ...words, "--config", setting.config]
      .map((word) => `'${word}'`)
      .join(" ");
    const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    let shown = "";
    const left = [...answers];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      shown += piece;
      const [question, answer] = left[0] ?? [];
      if (question?.test(shown) !== true) return;
      left.shift();
      child.stdin.write(answer);
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    return `${shown}status ${String(status)}`;
  }

  it("asks for a new passphrase twice, for a known one once, and shows neither", async (ctx) => {
    requireCapability(ctx, "script");
    const urls = ["--source", `file://${setting.source()}`, "--store", `file://${setting.path("store")}`];
    const made = await typing(
      ["init", "--share", "acme/docs", "--encrypt", ...urls],
      [
        [/New passphrase of acme\/docs: $/, `${PASSPHRASE}\r`],
        [/The same again: $/, `wrong\u0015${PASSPHRASE}x\u007f\r`],
      ],
    );
    expect(made).toContain("status 0");
    const asked = await typing(["snapshots", "acme/docs"], [[/Passphrase of acme\/docs: $/, `${PASSPHRASE}\r`]]);
    expect(asked).toContain("status 0");
    expect(made + asked).not.toContain(PASSPHRASE);
    const stopped = await typing(["snapshots", "acme/docs"], [[/Passphrase of acme\/docs: $/, "half\u0003"]]);
    expect(stopped).toContain("status 130");
    const differing = await typing(
      ["key", "add", "acme/docs", "--passphrase-file", setting.path("pass")],
      [
        [/New passphrase of acme\/docs: $/, "one\r"],
        [/The same again: $/, "two\r"],
      ],
    );
    expect(differing).toContain("status 2");
  });
});
