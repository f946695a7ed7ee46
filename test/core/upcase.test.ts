import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { upcase } from "../../core/upcase.js";

describe("upper case", () => {
  it("is that of NTFS for every code unit", () => {
    const units = Array.from({ length: 0x1_00_00 }, (_, unit) => String.fromCharCode(unit));
    const table = Buffer.from(units.map(upcase).join(""), "utf16le");
    // Of the file $UpCase on a volume that Windows 8 or a later one has formatted.
    expect(createHash("md5").update(table).digest("hex")).toBe("7ff498a44e45e77374cc7c962b1b92f2");
  });

  it.each([
    ["kapı.txt", "KAPı.TXT"],
    ["straße", "STRAßE"],
    ["µſς Ǆ ǅ ǆ", "µſς Ǆ ǅ Ǆ"],
    ["Ärger über ÿ", "ÄRGER ÜBER Ÿ"],
    ["\u1F80\u1F97\u1FA3\u1FB3\u1FC3\u1FF3", "\u1F88\u1F9F\u1FAB\u1FBC\u1FCC\u1FFC"],
    // Both letters of these are younger, or beyond U+FFFF.
    ["\u10D0\uAB70\uA7F6 \u{10428}\u{1E922}", "\u10D0\uAB70\uA7F6 \u{10428}\u{1E922}"],
    ["\u{1F600}é\uD800", "\u{1F600}É\uD800"],
  ])("of %s is %s", (name, upper) => {
    expect(upcase(name)).toBe(upper);
  });
});
