// Faults of the network and the service, each proved to have struck: ridden out where that can help, told where not.
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import type { Fault, FaultMatch } from "../../../emulator/http/faults.js";
import { bytesOf, childrenOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";
import { POLICY } from "./timing.js";

let azure: AzureFixture;
let session: SourceSession | undefined;
const LONG = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, n) => (n * 7 + (n >> 8)) & 0xff));

beforeEach(async () => {
  azure = await startAzure();
  await azure.addFile(["long"], LONG);
  await azure.addFile(["short"], bytesOf("short"));
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  azure.emulator.faults.clear();
  await session?.[Symbol.asyncDispose]();
  session = undefined;
  await azure[Symbol.asyncDispose]();
});

const strike = (match: FaultMatch, fault: Fault, times = 1, after = 0) =>
  azure.emulator.faults.add({ match, fault, times, after });
const busy: Fault = { kind: "status", status: 503 };

async function opened(runningRetry = POLICY): Promise<SourceSession> {
  session = await azure.sourceWith({ runningRetry }).open();
  return session;
}

describe("a service that is busy", () => {
  it("is asked again, at every step of a run", async () => {
    for (const operation of [
      "List Shares",
      "Snapshot Share",
      "Get Directory Properties",
      "List Directory",
      "Get File Properties",
      "Get File",
      "Delete Share",
    ]) {
      strike({ operation }, busy, 2);
    }
    const run = await opened();
    const entry = await entryAt(run, ["short"]);
    expect((await run.describe(["short"], entry)).contentType).toBeDefined();
    expect((await contentOf(run, ["short"], entry)).toString()).toBe("short");
    await run[Symbol.asyncDispose]();
    expect(azure.timing.pauses).toHaveLength(14);
    expect(await azure.snapshots()).toEqual([]);
  });

  it("decides how long to wait", async () => {
    const run = await opened();
    strike({ operation: "List Directory" }, { kind: "status", status: 503, retryAfterSeconds: 17 });
    await childrenOf(run, []);
    expect(azure.timing.pauses).toEqual([17_000]);
  });

  it("for longer than the budget ends the run as UNREACHABLE", async () => {
    const run = await opened();
    strike({ method: "GET" }, busy, Number.POSITIVE_INFINITY);
    const error = await sourceErrorOf(childrenOf(run, []));
    expect([error.code, error.retryable, error.message]).toEqual([
      "UNREACHABLE",
      true,
      expect.stringContaining("ServerBusy"),
    ]);
    const waited = azure.timing.pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);
    expect(waited).toBeGreaterThan(POLICY.outageMs - POLICY.longestPauseMs);
    expect(waited).toBeLessThan(POLICY.outageMs + POLICY.budgetMs);
  });
});

describe("a folder that is asked for while the service is busy, though others are answered", () => {
  const list = { operation: "List Directory", path: "folder" };
  const slowDown: Fault = { kind: "status", status: 503, retryAfterSeconds: 1 };
  const waited = () => azure.timing.pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);

  it.each([
    ["says when to come back", slowDown],
    ["does not say when to come back", busy],
    ["says it is asked too much", { kind: "status", status: 429 }],
  ] as const)("is listed in the end, where it %s", async (_, fault) => {
    await azure.addFolder(["folder"]);
    const run = await opened();
    strike(list, fault, 3 * POLICY.attempts);
    expect(await childrenOf(run, ["folder"])).toEqual([]);
    expect((await childrenOf(run, [])).length).toBe(3);
  });

  it("ends the run where nobody else is answered meanwhile, after as long as an outage may take, with pauses that grow", async () => {
    await azure.addFolder(["folder"]);
    const run = await opened();
    const refusals = strike(list, slowDown, Number.POSITIVE_INFINITY);
    expect((await sourceErrorOf(childrenOf(run, ["folder"]))).code).toBe("UNREACHABLE");
    expect(waited()).toBeGreaterThan(POLICY.outageMs - 2 * POLICY.longestPauseMs);
    expect(waited()).toBeLessThan(POLICY.outageMs + POLICY.longestPauseMs);
    // Nobody else asks any more.
    const asked = azure.emulator.requests.log.length;
    expect((await sourceErrorOf(childrenOf(run, []))).code).toBe("UNREACHABLE");
    expect(azure.emulator.requests.log).toHaveLength(asked);
    expect(refusals.hits).toBeLessThanOrEqual(POLICY.outageMs / 1000 + 1);
  });

  it("is passed over where others are answered all the while, after as long, and the run goes on", async () => {
    await azure.addFolder(["folder"]);
    const run = await opened();
    strike(list, slowDown, Number.POSITIVE_INFINITY);
    const failing = sourceErrorOf(childrenOf(run, ["folder"]));
    const others = childrenOf(run, []);
    const [error] = await Promise.all([failing, others]);
    expect([error.code, error.message]).toEqual([
      "FILE_UNREADABLE",
      expect.stringMatching(/^\/folder cannot .*ServerBusy/),
    ]);
    expect(waited()).toBeGreaterThan(POLICY.outageMs - 2 * POLICY.longestPauseMs);
    expect((await childrenOf(run, [])).length).toBe(3);
  });

  it("waits longer each time, whatever the service asks for", async () => {
    await azure.addFolder(["folder"]);
    const run = await opened({ ...POLICY, firstPauseMs: 1_000, longestPauseMs: 16_000, outageMs: 300_000 });
    const refusals = strike(list, slowDown, Number.POSITIVE_INFINITY);
    await sourceErrorOf(childrenOf(run, ["folder"]));
    expect(refusals.hits).toBeLessThan(35);
    expect(waited()).toBeGreaterThan(280_000);
  });
});

describe("whoever waits for the service", () => {
  const said = () =>
    azure.logged
      .filter(({ level, message }) => level !== "debug" && !message.endsWith("it is asked for less at a time"))
      .map(({ message }) => message);

  it("is told so once, not for each request, and hears when it is over", async () => {
    const run = await opened();
    strike({ operation: "List Directory" }, { kind: "status", status: 503, retryAfterSeconds: 12 }, 3);
    await Promise.all(Array.from({ length: 8 }, () => childrenOf(run, [])));
    expect(said()).toEqual(["Azure Files asks to slow down, waiting 12 s", "Azure Files answers again"]);
    strike({ operation: "List Directory" }, { kind: "status", status: 503, retryAfterSeconds: 3 }, 3);
    await childrenOf(run, []);
    expect(said()).toHaveLength(2);
  });

  it("is told of an outage, and that the service is busy without saying for how long", async () => {
    const run = await opened();
    strike({}, { kind: "cut" }, 7);
    await childrenOf(run, []);
    await run[Symbol.asyncDispose]();
    const next = await opened();
    strike({}, busy, 7);
    await childrenOf(next, []);
    expect(said()).toEqual([
      expect.stringMatching(/^Azure Files does not answer \([A-Z_]+\), waiting until it does$/),
      "Azure Files answers again",
      "Azure Files is busy (ServerBusy), waiting 1 s and trying again until it is not",
      "Azure Files answers again",
    ]);
  });
});

describe("a page of a long listing", () => {
  it("is asked for again by itself when it breaks, and no child is lost or given twice", async () => {
    await azure.addFolder(["many"]);
    for (let n = 0; n < 120; n++) await azure.addFile(["many", `${"long name ".repeat(15)}${n}`], bytesOf(""));
    session = await azure.sourceWith({ pageSize: 50 }).open();
    azure.emulator.requests.reset();
    const list = { operation: "List Directory" };
    strike(list, { kind: "lost-answer" });
    strike(list, { kind: "cut", afterBytes: 30_000 }, 2, 1);
    strike(list, { kind: "wrong-length", deltaBytes: -200 });
    const names = (await childrenOf(session, ["many"])).map(({ name }) => name);
    expect([names.length, new Set(names).size]).toEqual([120, 120]);
    expect(azure.timing.pauses).toHaveLength(4);
    // Three pages and four answers that were no good; what got no answer is not counted.
    expect(azure.emulator.requests.count("List Directory")).toBeLessThanOrEqual(3 + 4);
  });
});

describe("a file whose stream breaks", () => {
  it("is taken up where it broke", async () => {
    const run = await opened();
    const entry = await entryAt(run, ["long"]);
    azure.emulator.requests.reset();
    strike({ operation: "Get File" }, { kind: "cut", afterBytes: 300_000 }, 3);
    expect((await contentOf(run, ["long"], entry)).equals(LONG)).toBe(true);
    expect(azure.emulator.requests.count("Get File")).toBe(4);
    expect(azure.timing.pauses).toHaveLength(3);
  });

  it("by answers too short, too long, lost or late is read whole all the same", async () => {
    const run = await opened({ ...POLICY, answerMs: 200, silenceMs: 200 });
    const entry = await entryAt(run, ["long"]);
    strike({ operation: "Get File" }, { kind: "wrong-length", deltaBytes: -1000 });
    strike({ operation: "Get File" }, { kind: "wrong-length", deltaBytes: 1000 });
    strike({ operation: "Get File" }, { kind: "lost-answer" });
    strike({ operation: "Get File" }, { kind: "stall" });
    strike({ operation: "Get File" }, { kind: "stall", afterBytes: 100 });
    expect((await contentOf(run, ["long"], entry)).equals(LONG)).toBe(true);
  });

  it("again and again without a byte is passed over, in bounded time", async () => {
    const run = await opened();
    const entry = await entryAt(run, ["long"]);
    strike({ operation: "Get File", path: "long" }, { kind: "cut", afterBytes: 0 }, Number.POSITIVE_INFINITY);
    const error = await sourceErrorOf(contentOf(run, ["long"], entry));
    expect([error.code, error.retryable]).toEqual(["FILE_UNREADABLE", true]);
    expect(azure.emulator.requests.count("Get File")).toBe(POLICY.attempts);
    expect((await contentOf(run, ["short"], await entryAt(run, ["short"]))).toString()).toBe("short");
  });

  it("stops at once when it is aborted in the middle", async () => {
    const run = await opened();
    const entry = await entryAt(run, ["long"]);
    strike({ operation: "Get File" }, { kind: "stall", afterBytes: 1000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = async () => {
      for await (const piece of run.read(["long"], entry, { signal: controller.signal })) {
        expect(piece.length).toBeGreaterThan(0);
        queueMicrotask(() => controller.abort(reason));
      }
    };
    await expect(reading()).rejects.toBe(reason);
  });
});

describe("a single file", () => {
  it.each(["SharingViolation", "FileLockConflict"])(
    "that is locked (%s) is tried a little, then passed over",
    async (code) => {
      const run = await opened();
      const entry = await entryAt(run, ["short"]);
      strike({ operation: "Get File" }, { kind: "status", status: 409, code }, 3);
      const error = await sourceErrorOf(contentOf(run, ["short"], entry));
      expect([error.code, error.message]).toEqual([
        "FILE_UNREADABLE",
        "/short cannot be read: an SMB client has it open and locked.",
      ]);
      expect((await contentOf(run, ["short"], entry)).toString()).toBe("short");
    },
  );

  it("that the service fails on is passed over, and the rest is read", async () => {
    const run = await opened();
    const entry = await entryAt(run, ["short"]);
    strike(
      { operation: "Get File", path: "short" },
      { kind: "status", status: 500, code: "InternalError" },
      POLICY.attempts,
    );
    expect((await sourceErrorOf(contentOf(run, ["short"], entry))).code).toBe("FILE_UNREADABLE");
    expect(await contentOf(run, ["long"], await entryAt(run, ["long"]))).toHaveLength(LONG.length);
  });
});

describe("what ends a run", () => {
  it("is a share that is not there", async () => {
    const error = await sourceErrorOf(azure.missing.open());
    expect(error.message).toBe('The account "devstoreaccount1" has no share "missing".');
    expect(azure.timing.pauses).toEqual([]);
  });

  it("is an endpoint where nobody listens, after a few tries", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    server.close();
    await once(server, "close");
    const source = azure.sourceWith({ endpoint: `http://127.0.0.1:${port}/devstoreaccount1` });
    for (const work of [() => source.check(), () => source.open()]) {
      const error = await sourceErrorOf(work());
      expect([error.code, error.message]).toEqual(["UNREACHABLE", expect.stringContaining("refuses the connection")]);
    }
    expect(azure.timing.pauses).toHaveLength(2 * (POLICY.attempts - 1));
  });

  it("is a host that speaks something else", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("SSH-2.0-OpenSSH\r\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const error = await sourceErrorOf(azure.sourceWith({ endpoint: `http://127.0.0.1:${port}` }).open());
    server.close();
    expect(error.code).toBe("UNREACHABLE");
  });

  it("is a clock that is off, which the sentence says", async () => {
    const headers = { date: new Date(Date.now() + 3_600_000).toUTCString() };
    strike({ operation: "Snapshot Share" }, { kind: "status", status: 403, code: "AuthenticationFailed", headers });
    const error = await sourceErrorOf(azure.source.open());
    expect([error.code, error.message]).toEqual([
      "ACCESS_DENIED",
      expect.stringContaining("this machine's clock is 1 h behind that of the service, so set it right"),
    ]);
  });

  it("is access withdrawn in the middle", async () => {
    const run = await opened();
    const entry = await entryAt(run, ["short"]);
    strike({ operation: "Get File" }, { kind: "status", status: 403, code: "AuthenticationFailed" });
    expect((await sourceErrorOf(contentOf(run, ["short"], entry))).code).toBe("ACCESS_DENIED");
    strike({ operation: "List Directory" }, { kind: "status", status: 403, code: "AuthorizationFailure" });
    expect((await sourceErrorOf(childrenOf(run, []))).code).toBe("ACCESS_DENIED");
  });
});
