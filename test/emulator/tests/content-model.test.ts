import fc from "fast-check";
import { expect, test } from "vitest";
import { Content, memorySource } from "../model/content.js";
import { diffContent } from "../model/range-diff.js";

const size = 3000;

const step = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    start: fc.nat(size - 1),
    length: fc.integer({ min: 1, max: 900 }),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({
    kind: fc.constant("clear" as const),
    start: fc.nat(size - 1),
    length: fc.integer({ min: 1, max: 1500 }),
  }),
  fc.record({ kind: fc.constant("cut" as const), to: fc.nat(size) }),
);

function play(
  content: Content,
  bytes: Buffer,
  steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  stamp: number,
): Content {
  let next = content;
  for (const [index, change] of steps.entries()) {
    if (change.kind === "cut") {
      next = next.truncate(change.to);
      bytes.fill(0, change.to);
      continue;
    }
    const end = Math.min(change.start + change.length, size);
    if (change.kind === "clear") {
      next = next.clear(change.start, end, stamp + index);
      bytes.fill(0, change.start, end);
    } else {
      const written = Buffer.alloc(end - change.start, change.value);
      next = next.write(change.start, memorySource(written), stamp + index);
      written.copy(bytes, change.start);
    }
  }
  return next;
}

test("content reads like a plain array after any writes, clears and cuts", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(size), fc.nat(size), (steps, a, b) => {
      const bytes = Buffer.alloc(size);
      const content = play(Content.empty, bytes, steps, 1);
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      expect(content.read(start, end).equals(bytes.subarray(start, end))).toBe(true);
      const pieces = [...content.pieces(0, size, 700)];
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      for (const span of content.spans(0, size)) bytes.fill(0, span.start, span.end);
      expect(bytes.equals(Buffer.alloc(size))).toBe(true);
    }),
  );
});

test("a diff names every byte that differs, in whole blocks, and never a cleared one as data", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), fc.array(step, { maxLength: 6 }), (before, after) => {
      const bytes = Buffer.alloc(size);
      const first = play(Content.empty, bytes, before, 1);
      const old = Buffer.from(bytes);
      const second = play(first, bytes, after, 1000);
      const { changed, cleared } = diffContent(first, second, 0, size, size);
      const named = Buffer.alloc(size);
      for (const { start, end } of [...changed, ...cleared]) {
        expect(start % 512).toBe(0);
        expect(end === size || end % 512 === 0).toBe(true);
        expect(named.subarray(start, end).includes(1)).toBe(false);
        named.fill(1, start, end);
      }
      for (const { start, end } of cleared) expect(second.spans(start, end)).toEqual([]);
      for (let at = 0; at < size; at++) if (old[at] !== bytes[at]) expect(named[at]).toBe(1);
    }),
  );
});
