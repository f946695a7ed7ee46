// What commands print: numbers, names, progress, errors. The documents that promise it are checked against the code.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ERROR_CODES, SharestrataError } from "../../core/errors.js";
import { timeFromMs, type TimeNs } from "../../core/time.js";
import { commands } from "../../cli/commands/index.js";
import { asCodedError, exitStatusHelp, exitStatusOf, interruption, renderError } from "../../cli/output/errors.js";
import {
  counted,
  formatBytes,
  formatDuration,
  formatExactTime,
  formatMode,
  printable,
} from "../../cli/output/format.js";
import { Output, OutputClosedError } from "../../cli/output/output.js";
import { nameOf } from "../../cli/parser.js";
import { progressText, remainingMs, startProgress } from "../../cli/output/progress.js";
import { Collector, sharestrata } from "./support/cli.js";

const docs = join(import.meta.dirname, "..", "..", "docs");
const plain = { json: false, verbose: false };

describe("formatting", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1536, "1.50 KiB"],
    [1023.9 * 1024, "1024 KiB"],
    [5 * 1024 ** 2, "5.00 MiB"],
    [250 * 1024 ** 3, "250 GiB"],
    [Number.MAX_SAFE_INTEGER, "8.00 PiB"],
  ])("of %d bytes is %s", (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

  it("groups digits and agrees in number", () => {
    expect(counted(1, "file")).toBe("1 file");
    expect(counted(1_234_567, "file")).toBe("1\u00A0234\u00A0567 files");
  });

  it("tells durations, modes and exact times", () => {
    expect([7_400, 754_000, 11_045_000].map(formatDuration)).toEqual(["0:07", "12:34", "3:04:05"]);
    expect(formatMode("directory", 0o1777)).toBe("drwxrwxrwt");
    expect(formatMode("file", 0o4640)).toBe("-rwSr-----");
    expect(formatExactTime(timeFromMs(Date.UTC(2026, 10, 20, 10)))).toBe("2026-11-20T10:00:00Z");
    expect(formatExactTime(1_234_567_800n as TimeNs)).toBe("1970-01-01T00:00:01.2345678Z");
  });

  it("leaves nothing in a name that a terminal would act upon", () => {
    expect(printable("a\u001B[2Jb\nc\u202Egpj.exe ü")).toBe("a\\x1b[2Jb\\x0ac\\u202egpj.exe ü");
  });
});

describe("an error", () => {
  it("is one sentence for a person, and one object for a program", () => {
    const error = new SharestrataError("SHARE_UNKNOWN", "No share acme/x.", { share: "acme/x" });
    expect(renderError(error, plain)).toBe("sharestrata: No share acme/x.");
    expect(JSON.parse(renderError(error, { ...plain, json: true }))).toEqual({
      error: { code: "SHARE_UNKNOWN", message: "No share acme/x.", fields: { share: "acme/x" } },
    });
  });

  it("nobody foresaw is called INTERNAL, says how to report it, and shows its stack only under --verbose", () => {
    const error = asCodedError(new TypeError("x is not a function"));
    expect(exitStatusOf(error)).toBe(1);
    expect(renderError(error, plain)).toMatch(/^sharestrata: INTERNAL: x is not a function\.\n.*report it/);
    expect(renderError(error, plain)).not.toMatch(/\n\s+at /);
    expect(renderError(error, { ...plain, verbose: true })).toMatch(
      /Caused by: TypeError: x is not a function\n\s+at /,
    );
  });

  it("of a full disk is told as such", () => {
    expect(asCodedError(Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" })).code).toBe("STORE_FULL");
  });

  it("brought about by a signal has the signal's status", () => {
    const aborted = interruption("SIGTERM");
    const consequence = new DOMException("This operation was aborted", "AbortError");
    expect(exitStatusOf(asCodedError(consequence, aborted))).toBe(143);
    expect(exitStatusOf(interruption("SIGINT"))).toBe(130);
    const real = new SharestrataError("DAMAGED", "Damaged.");
    expect(asCodedError(real, aborted)).toBe(real);
  });
});

describe("progress", () => {
  it("tells rate and remaining time, as the previous snapshot lets it guess", () => {
    const state = { phase: "scanning", files: 250, bytes: 1024 ** 2, totalFiles: 1000 };
    expect(progressText(state, 10_000)).toBe(
      "scanning [======                  ]  25 %  250 of 1\u00A0000 files  1.00 MiB  25 files/s  102 KiB/s  0:30 left",
    );
    expect(progressText({ ...state, totalFiles: undefined }, 10_000)).toBe(
      "scanning  250 files  1.00 MiB  25 files/s  102 KiB/s  0:10 so far",
    );
  });

  it("does not guess too early, nor beyond the end", () => {
    expect(remainingMs(0.5, 100)).toBeUndefined();
    expect(remainingMs(0.0001, 100_000)).toBeUndefined();
    expect(remainingMs(1, 10_000)).toBe(0);
    expect(progressText({ phase: "x", files: 12, bytes: 0, totalFiles: 10 }, 5000)).toContain("100 %");
  });

  it("ends with what there is to say of the service, also while there is no other news", async () => {
    vi.useFakeTimers();
    try {
      const stderr = new Collector();
      let note: string | undefined;
      using progress = await startProgress(stderr, { wanted: true, quiet: false, note: () => note });
      progress.update({ phase: "x", files: 1, bytes: 0 });
      note = "throttled to 3 requests at once";
      await vi.advanceTimersByTimeAsync(5_000);
      note = undefined;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(stderr.text.split("\n")).toEqual([
        expect.stringMatching(/^x  1 files .* 0:05 so far  throttled to 3 requests at once$/),
        expect.stringMatching(/^x  1 files .* 0:10 so far$/),
        "",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("says nothing where there is no terminal, and a line now and then when asked to", async () => {
    let now = 0;
    for (const [wanted, lines] of [
      [undefined, 0],
      [true, 2],
    ] as const) {
      now = 0;
      const stderr = new Collector();
      using progress = await startProgress(stderr, { wanted, quiet: false, now: () => now });
      for (; now <= 12_000; now += 100) progress.update({ phase: "x", files: now, bytes: 0 });
      expect(stderr.text.split("\n").length - 1).toBe(lines);
    }
  });
});

describe("output", () => {
  it("is buffered, and throws when nobody reads it any more", async () => {
    const stdout = new Collector();
    const output = new Output(stdout, new Collector(), { json: false, quiet: false });
    await output.line("one");
    expect(stdout.text).toBe("");
    await output.flush();
    expect(stdout.text).toBe("one\n");
    stdout.destroy(Object.assign(new Error("EPIPE"), { code: "EPIPE" }));
    await new Promise(setImmediate);
    await expect(output.line("two")).rejects.toThrow(OutputClosedError);
  });
});

describe("the documents", () => {
  it("docs/errors.md has every code with its exit status, HTTP status and meaning", () => {
    const rows = readFileSync(join(docs, "errors.md"), "utf8")
      .split("\n")
      .map((line) => /^\| `([A-Z_]+)` \| (\d+) \| (\d+) \| (.*) \|$/.exec(line))
      .filter((match) => match !== null)
      .map(([, code, exitStatus, httpStatus, meaning]) => [code, Number(exitStatus), Number(httpStatus), meaning]);
    const table = Object.entries(ERROR_CODES).map(([code, row]) => [code, row.exitStatus, row.httpStatus, row.meaning]);
    expect(rows).toEqual(table);
  });

  it("docs/cli.md describes every command and every option of it", async () => {
    const text = readFileSync(join(docs, "cli.md"), "utf8");
    for (const command of commands) {
      expect(text).toContain(`\n## sharestrata ${nameOf(command)}`);
      const { stdout } = await sharestrata([...nameOf(command).split(" "), "--help"]);
      const options = [...stdout.matchAll(/^\s+(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
      expect(options).toContain("--config");
      for (const option of options) expect(text, `${nameOf(command)} ${option}`).toContain(`\`${option}`);
    }
  });

  it("--help names every exit status", () => {
    for (const { exitStatus } of Object.values(ERROR_CODES)) {
      expect(exitStatusHelp()).toMatch(new RegExp(`^ +${exitStatus}  \\w`, "m"));
    }
  });
});

describe("help", () => {
  it.each(commands.map((command) => [nameOf(command), command] as const))(
    "of %s has examples",
    async (name, command) => {
      const { status, stdout, stderr } = await sharestrata([...name.split(" "), "--help"]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("Examples:");
      expect(stdout).toContain(command.examples[0]?.[0].split(" ")[0]);
    },
  );
});
