import { expect, it } from "vitest";
import { ByteReader, ByteWriter } from "../../catalog/bytes.js";

it("gives back a text that begins with a byte order mark", () => {
  const writer = new ByteWriter();
  writer.text("\ufeffname");
  expect(new ByteReader(writer.finish(), "test").text()).toBe("\ufeffname");
});
