// The SMB file attributes: which exist, in which order they are written, and which a file or a
// directory may have.
import { invalidHeader } from "../errors.js";

const order = [
  "ReadOnly",
  "Hidden",
  "System",
  "Directory",
  "Archive",
  "Temporary",
  "Offline",
  "NotContentIndexed",
  "NoScrubData",
] as const;

const lowerCase = new Map(order.map((name) => [name.toLowerCase(), name]));

/** Canonical text of a client's list. Throws InvalidHeaderValue for a name that does not fit. */
export function parseAttributes(text: string, kind: "file" | "directory"): string {
  const names = new Set<string>();
  const parts = text
    .split(/[|,]/)
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "");
  for (const name of parts) {
    if (name === "none" && parts.length === 1) continue;
    const known = lowerCase.get(name);
    if (!known || known === (kind === "file" ? "Directory" : "Temporary")) {
      throw invalidHeader("x-ms-file-attributes", text);
    }
    names.add(known);
  }
  if (kind === "directory") names.add("Directory");
  return order.filter((name) => names.has(name)).join(" | ") || "None";
}

/** Whether canonical text has an attribute. */
export function hasAttribute(text: string, name: (typeof order)[number]): boolean {
  return text.split(" | ").includes(name);
}
