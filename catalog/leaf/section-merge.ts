/** Putting together what was cut: neighbouring sections of one directory become one again. */
import { decodeSection, encodeSection, type Section } from "./leaf.js";

/** @param sections ascending; parts of one directory one behind the other, in order */
export function joinSections(sections: readonly Section[]): readonly Section[] {
  const joined: Section[] = [];
  for (let index = 0; index < sections.length;) {
    const section = sections[index] as Section;
    let end = index + 1;
    while (sections[end]?.directory === section.directory) end++;
    if (end === index + 1) joined.push(section);
    else joined.push(encodeSection(section.directory, sections.slice(index, end).flatMap(decodeSection)));
    index = end;
  }
  return joined;
}
