// docs/recover-by-hand.md, followed to the letter: its blocks are run on stores that backups have made.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Setting } from "../cli/support/cli.js";
import { requireCapability } from "../support/requires.js";

const root = join(import.meta.dirname, "..", "..");
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Noise, so that some chunks are not compressed, and text, so that others are. */
const LARGE = Buffer.concat([
  ...Array.from({ length: 150_000 }, (_, i) => createHash("sha256").update(`${i}`).digest()),
  Buffer.from("a line that shrinks\n".repeat(200_000)),
]);
const FILES: Readonly<Record<string, Uint8Array>> = {
  "small.txt": Buffer.from("a small file that shrinks\n".repeat(50)),
  "tiny.txt": Buffer.from("tiny"),
  "noise.bin": LARGE.subarray(0, 5000),
  "large.bin": LARGE,
  "empty.txt": Buffer.alloc(0),
  "größe & co.txt": Buffer.from("a name that is not plain"),
};

let setting: Setting;

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("folder/changed.txt", "before");
  for (const [name, bytes] of Object.entries(FILES)) await writeFile(setting.source("folder", name), bytes);
  await writeFile(setting.path("pass"), "a passphrase of several words\n");
  await writeFile(setting.path("key"), "\0\n\xff any 32 bytes, or more than that \n", "latin1");
  const keyFile = ["--key-file", "key"];
  for (const [share, ...options] of [["acme/plain"], ["acme/sealed", "--encrypt", ...keyFile]] as const) {
    await setting.init(share, ...options);
    await setting.run("backup", share, ...keyFile);
  }
  await setting.write("folder/changed.txt", "after");
  for (const share of ["acme/plain", "acme/sealed"]) await setting.run("backup", share, ...keyFile);
  await setting.run("key", "add", "acme/sealed", ...keyFile, "--new-passphrase-file", "pass");
});
afterAll(() => setting[Symbol.asyncDispose]());
beforeEach((ctx) => requireCapability(ctx, "tar", "zstd", "openssl", "flatc"));

/** The blocks of the document, but for those that are marked for something else. */
async function blocks(marks: readonly string[]): Promise<string> {
  const text = await readFile(join(root, "docs", "recover-by-hand.md"), "utf8");
  const found = Array.from(text.matchAll(/(?:<!-- ([a-z -]+) -->\n)?```sh\n([\s\S]*?)```/g));
  expect(found.length).toBeGreaterThan(6);
  const wanted = found.filter(([, marked]) => (marked?.split(" ") ?? []).every((mark) => marks.includes(mark)));
  return wanted.map(([, , block]) => block).join("\n");
}

interface Key {
  readonly id: string;
  readonly kind: string;
}

async function recovered(marks: readonly string[], file: string): Promise<{ bytes: Uint8Array; complaints: string }> {
  const isSealed = marks.includes("encrypted");
  const kind = marks.at(-1);
  const slot = isSealed
    ? (await setting.json<{ keys: Key[] }>("key", "list", "acme/sealed")).keys.find((key) => key.kind === kind)?.id
    : undefined;
  const env = {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    STORE: setting.path("store"),
    SHARE: isSealed ? "acme/sealed" : "acme/plain",
    SCHEMAS: join(root, "schemas"),
    FILE: file,
    PASSPHRASE_FILE: setting.path("pass"),
    KEY_FILE: setting.path("key"),
    ...(slot === undefined ? {} : { SLOT: slot }),
    TMPDIR: setting.directory.path,
  };
  const ending = spawnSync("sh", ["-c", await blocks(marks)], { env, encoding: "utf8", cwd: setting.directory.path });
  expect(ending.status, ending.stderr).toBe(0);
  const place = ending.stdout.trim().split(" ").at(-1) ?? "";
  return { bytes: await readFile(place), complaints: ending.stderr };
}

const CASES = [
  ["plain", []],
  ["sealed, by its passphrase", ["encrypted", "passphrase"]],
  ["sealed, by its key file", ["encrypted", "key-file"]],
] as const;

test.each(CASES)("gives back files of a share that is %s", async (_how, marks) => {
  for (const [name, bytes] of Object.entries(FILES)) {
    const { bytes: found, complaints } = await recovered(marks, name);
    expect(digest(found), name).toBe(digest(bytes));
    expect(complaints).toBe("");
  }
  expect(Buffer.from((await recovered(marks, "changed.txt")).bytes).toString()).toBe("after");
});

test("the stores have what there is to recover: bundles and lone blobs, compressed and not", async () => {
  for (const [share, suffix] of [
    ["acme/plain", ""],
    ["acme/sealed", ".aes"],
  ] as const) {
    const blobs = await readdir(setting.path("store", share, "blobs", "00000000000"));
    const codecs = await Promise.all(
      blobs.map(async (name) => (await readFile(setting.path("store", share, "blobs", "00000000000", name)))[5]),
    );
    expect(new Set(codecs)).toEqual(new Set([0, 1]));
    const bundles = setting.path("store", share, "bundles", "00000000000", "00000000000001.tar");
    const members = spawnSync("tar", ["-tf", bundles], { encoding: "utf8" }).stdout.trim().split("\n");
    expect(members.some((name) => name.endsWith(`.zst${suffix}`))).toBe(true);
    expect(members.some((name) => /^[0-9a-f]{14}(?:\.aes)?$/.test(name) && name.endsWith(suffix))).toBe(true);
  }
});

test("says so when a passphrase is wrong, or a blob is damaged", async () => {
  await writeFile(setting.path("pass"), "a wrong one\n");
  const env = { ...process.env, STORE: setting.path("store"), SHARE: "acme/sealed", SCHEMAS: join(root, "schemas") };
  const { keys } = await setting.json<{ keys: Key[] }>("key", "list", "acme/sealed");
  const slot = keys.find(({ kind }) => kind === "passphrase")?.id;
  const marks = ["encrypted", "passphrase"];
  const ending = spawnSync("sh", ["-c", await blocks(marks)], {
    env: { ...env, SLOT: slot, PASSPHRASE_FILE: setting.path("pass"), TMPDIR: setting.directory.path },
    encoding: "utf8",
  });
  expect(ending.stderr).toContain("The passphrase or key file is wrong.");
  const folder = setting.path("store", "acme/plain", "bundles", "00000000000");
  const bundle = join(folder, "00000000000001.tar");
  const bytes = await readFile(bundle);
  const at = bytes.indexOf("tiny");
  bytes[at] = 0x54;
  await writeFile(bundle, bytes);
  expect((await recovered([], "tiny.txt")).complaints).toMatch(/Blob \d+ is damaged\./);
});
