import { describe, expect, it } from "vitest";
import { RangeListReader } from "../../../../daemon/sources/azure/range-list-reader.js";
import { MalformedXml } from "../../../../daemon/sources/azure/xml.js";

const range = (start: number, end: number, kind = "Range"): string =>
  `<${kind}><Start>${start}</Start><End>${end}</End></${kind}>`;

function read(body: string, pieceBytes = Infinity) {
  const reader = new RangeListReader();
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return reader.finish();
}

describe("a list of ranges", () => {
  const head = '\uFEFF<?xml version="1.0" encoding="utf-8"?>';

  it.each(["<Ranges />", "<Ranges/>", "<Ranges></Ranges>", `${head}<Ranges />`, `${head}\n<Ranges>\n</Ranges>\n`])(
    "may be empty: %j",
    (body) => {
      expect(read(body)).toEqual([]);
      expect(read(body, 1)).toEqual([]);
    },
  );

  it("has what was written to and what was cleared, in whatever pieces it arrives", () => {
    const body = `${head}<Ranges>${range(0, 511)}\n  ${range(4096, 8191, "ClearRange")}${range(8192, 8703)}${range(2 ** 42 - 512, 2 ** 42 - 1)}</Ranges>`;
    for (const piece of [1, 2, 7, 50, Infinity]) {
      expect(read(body, piece)).toEqual([
        { start: 0, end: 512 },
        { start: 4096, end: 8704 },
        { start: 2 ** 42 - 512, end: 2 ** 42 },
      ]);
    }
  });

  it("that was cut short, wherever, is none", () => {
    const body = `${head}<Ranges>${range(0, 511)}${range(4096, 8191, "ClearRange")}</Ranges>`;
    for (let length = 0; length < Buffer.byteLength(body); length++) {
      const cut = Buffer.from(body).subarray(0, length);
      expect(() => {
        const reader = new RangeListReader();
        reader.push(cut);
        reader.finish();
      }, `cut after ${length}`).toThrow(MalformedXml);
    }
  });

  it.each([
    `<Ranges>${range(0, 511)}<Other/></Ranges>`,
    "<Ranges><Range><Start>0</Start><End>x</End></Range></Ranges>",
    "<Ranges><Range><Start>0</Start><End>1</End></ClearRange></Ranges>",
    "<Error><Code>ServerBusy</Code></Error>",
    `<Ranges />${range(0, 511)}`,
    "x".repeat(10_000),
  ])("with something else in it is none: %.40s", (body) => {
    expect(() => read(body)).toThrow(MalformedXml);
    expect(() => read(body, 3)).toThrow(MalformedXml);
  });
});
