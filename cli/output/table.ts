/** Tables without borders, as people read them in a terminal. */
import Table from "cli-table3";

const NO_BORDERS = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat("left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle")
    .map((place) => [place, place === "middle" ? "  " : ""]),
);

export interface Column {
  readonly head: string;
  readonly align: "left" | "right";
}

export const left = (head: string): Column => ({ head, align: "left" });
export const right = (head: string): Column => ({ head, align: "right" });

/** Lines without spaces at their ends. @param rows with a cell for each column */
export function plainTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align),
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
