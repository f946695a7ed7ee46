/** `sharestrata mounts`: what is mounted on this machine, by whom, and whether it is alive. */
import type { ListedMount } from "../../fs/transports/mount-list.js";
import { command } from "../command.js";
import { printable } from "../output/format.js";
import { left, plainTable, right } from "../output/table.js";

export const mounts = command({
  usage: "mounts",
  summary: "list what is mounted",
  description:
    "Lists every Sharestrata mount on this machine: where, what, by which process, and whether it is alive. A dead one is " +
    "taken away by sharestrata umount, and by the next mount in its place.",
  examples: [["mounts --json", "for scripts"]],
  options: (yargs) => yargs,
  async run({ output }) {
    const { listMounts } = await import("../../fs/transports/mount-list.js");
    const found = await listMounts();
    if (output.json) await output.document({ mounts: found.map(asJson) });
    else if (found.length > 0) await output.line(asTable(found));
    else output.note("Nothing is mounted.");
  },
});

function asJson({ mountPoint, source, state, covered, pid, transport }: ListedMount): object {
  return { mountPoint, source, state, covered, pid: pid ?? null, transport: transport ?? null };
}

function asTable(found: readonly ListedMount[]): string {
  const columns = [left("Mount point"), left("Mounted"), left("State"), right("Process"), left("Transport")];
  const rows = found.map(({ mountPoint, source, state, covered, pid, transport }) => [
    printable(mountPoint),
    printable(source),
    covered ? `${state}, covered` : state,
    pid === undefined ? "-" : String(pid),
    transport ?? "-",
  ]);
  return plainTable(columns, rows);
}
