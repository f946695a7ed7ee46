import { describe, expect, it } from "vitest";
import { OpenFiles } from "../../../fs/transports/fuse-native/open-files.js";

describe("open files", () => {
  it("have numbers from 1, which is what libfuse takes for a number at all", () => {
    const files = new OpenFiles<string>();
    expect(files.add("a")).toBe(1);
    expect(files.add("b")).toBe(2);
    expect(files.get(2)).toBe("b");
  });

  it("hold 100 000 at a time, and none that was closed", () => {
    const files = new OpenFiles<number>();
    const numbers = Array.from({ length: 100_000 }, (_, n) => files.add(n));
    expect(new Set(numbers).size).toBe(100_000);
    for (const number of numbers) files.remove(number);
    expect(files.count).toBe(0);
    expect(() => files.get(numbers[0] ?? 0)).toThrow("EBADF");
  });
});
