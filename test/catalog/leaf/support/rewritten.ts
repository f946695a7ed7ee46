/** The bytes of a section as they are when every entry behind its header is written, and none copied. */
import { ByteSink } from "../../../../catalog/leaf/byte-sink.js";
import { decodeSection, readSection, type Section } from "../../../../catalog/leaf/section.js";
import { SectionWriter } from "../../../../catalog/leaf/section-writer.js";

export function rewritten(section: Section): Buffer {
  const sink = new ByteSink();
  const writer = new SectionWriter(sink);
  const reader = readSection(section);
  sink.copy(section.bytes, section.start, reader.entryEnd);
  writer.resume(reader);
  for (const entry of decodeSection(section)) writer.write(entry);
  return sink.bytes.subarray(0, sink.length);
}

export function bytesOf({ bytes, start, end }: Section): Buffer {
  return bytes.subarray(start, end);
}
