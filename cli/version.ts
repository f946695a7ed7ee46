/** The version of this program, from its package.json: two folders up in dist/, one in the sources. */
import { readFileSync } from "node:fs";

export function programVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const data: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
      if (isPackage(data) && data.name === "sharestrata") return data.version;
    } catch {
      // It is in one of the two places; which one depends on how the program was built.
    }
  }
  return "unknown";
}

function isPackage(data: unknown): data is { readonly name: string; readonly version: string } {
  return typeof data === "object" && data !== null && "name" in data && "version" in data;
}
