// Which errors of the system end a backup, and which pass over one file.
import { describe, expect, it } from "vitest";
import { nodeFailure, rootFailure } from "../../../../daemon/sources/local/failures.js";

const system = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

describe("errors of the local file system", () => {
  it.each([
    ["EMFILE", "The backup cannot go on at /a/b: too many files are open in this process."],
    ["ENFILE", "The backup cannot go on at /a/b: too many files are open on this machine."],
    ["ENOMEM", "The backup cannot go on at /a/b: the system is out of memory."],
  ])("%s ends the run, and a later one may well succeed", (code, message) => {
    for (const failure of [nodeFailure(["a", "b"], system(code)), rootFailure("/a/b", system(code))]) {
      expect([failure.code, failure.retryable, failure.message]).toEqual(["FAILED", true, message]);
      expect(failure.fields).toEqual({ path: "/a/b", system: code });
    }
  });

  it.each(["EACCES", "ENOENT", "EIO", "ESTALE", "EINVAL"])("%s passes over one file", (code) => {
    expect(nodeFailure(["a"], system(code))).toMatchObject({ code: "FILE_UNREADABLE", retryable: false });
  });
});
