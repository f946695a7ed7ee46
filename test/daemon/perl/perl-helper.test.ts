// Whatever becomes of the process, every question is answered or fails.
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HelperEnded, PerlHelper } from "../../../daemon/perl/perl-helper.js";

/** Its number, and what it was asked. */
const ECHO = String.raw`sub answer { return "$$ $_[0]"; }`;
const PROGRAM = { source: ECHO, systemCalls: { x64: [], arm64: [] } };

let root: number;
beforeAll(() => {
  root = openSync(tmpdir(), constants.O_RDONLY | constants.O_DIRECTORY);
});
afterAll(() => {
  closeSync(root);
});

const processOf = (answer: string): number => Number(answer.split(" ")[0]);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Holds the event loop until the process is dead, so that it is heard of in one of the next turns. */
function killAndHoldOn(pid: number): void {
  process.kill(pid, "SIGKILL");
  while (!readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "));
}

describe.skipIf(process.platform !== "linux")("a helper", () => {
  it("answers questions in their order", async () => {
    await using helper = new PerlHelper(PROGRAM, root);
    const answers = await Promise.all(["a", "b", "c"].map((question) => helper.ask(question)));
    expect(answers.map((answer) => answer.split(" ")[1])).toEqual(["a", "b", "c"]);
  });

  it("that dies answers what is asked again, whenever in between it was asked", async () => {
    await using helper = new PerlHelper(PROGRAM, root);
    const pid = processOf(await helper.ask("before"));
    let failed = 0;
    const persistently = async (question: string): Promise<string> => {
      for (;;) {
        try {
          return await helper.ask(question);
        } catch (error) {
          expect(error).toBeInstanceOf(HelperEnded);
          failed++;
        }
      }
    };
    killAndHoldOn(pid);
    const questions = Array.from({ length: 20 }, (_, n) => `turn-${n}`);
    const answers: Promise<string>[] = [];
    for (const question of questions) {
      await nextTurn();
      answers.push(persistently(question));
    }
    const [first = "", ...others] = await Promise.all(answers);
    const next = processOf(first);
    expect([first, ...others]).toEqual(questions.map((question) => `${next} ${question}`));
    expect(failed).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
  });
});
