/** What `verify` says: a line for each damaged object and each file it hurts, as they are found, and a summary. */
import type { SharestrataError } from "../../core/errors.js";
import type { PassedOver, Snapshot } from "../../core/snapshot.js";
import type { Difference } from "../../daemon/verify/against-source.js";
import type { Finding } from "../../daemon/verify/finding.js";
import type { Harm } from "../../daemon/verify/harm.js";
import type { VerifyResult } from "../../daemon/verify/verify.js";
import { fullPath } from "../output/entry.js";
import { counted, formatBytes, formatCount, printable } from "../output/format.js";
import type { Output } from "../output/output.js";
import type { ComparedSource } from "./verify-source.js";

export interface VerifyReportOptions {
  readonly snapshot: Snapshot | undefined;
  /** Why there is no catalog. */
  readonly reason: SharestrataError | undefined;
}

export class VerifyReport {
  readonly #output: Output;
  readonly #options: VerifyReportOptions;

  constructor(output: Output, options: VerifyReportOptions) {
    this.#output = output;
    this.#options = options;
  }

  finding({ kind, object, problem, message, snapshot }: Finding): Promise<void> {
    const document = { type: "damage", kind, object, problem, message, ...(snapshot && { snapshot }) };
    return this.#line(document, `${problem}: ${message}`);
  }

  harm({ path, entry, first, last, what, objects }: Harm): Promise<void> {
    const document = {
      type: "hurt",
      path: `/${path.join("/")}`,
      nodeId: entry.nodeId,
      size: entry.sizeBytes,
      what,
      first: first.name,
      last: last.name,
      objects,
    };
    const span = first.number === last.number ? first.name : `${first.name} to ${last.name}`;
    const lost = what === "content" ? "" : ", attributes and links only";
    return this.#line(document, `hurt: ${fullPath(path, entry)} in ${span}${lost}`);
  }

  difference({ path, entry, what, offset, message }: Difference, snapshot: Snapshot): Promise<void> {
    const document = {
      type: "difference",
      path: `/${path.join("/")}`,
      nodeId: entry.nodeId,
      size: entry.sizeBytes,
      snapshot: snapshot.name,
      what,
      offset: offset ?? null,
      message,
    };
    return this.#line(document, `differs: ${fullPath(path, entry)}: ${message}`);
  }

  passedOver({ path, code, message }: PassedOver): Promise<void> {
    const document = { type: "passed-over", path: `/${path.join("/")}`, code, message };
    return this.#line(document, `passed over: ${message}`);
  }

  /** @param source what was compared with the source, when it was */
  async result(
    address: string,
    result: VerifyResult,
    width: number | undefined,
    source: ComparedSource | undefined,
  ): Promise<void> {
    const { damagedObjects, hurt, unnamed } = result;
    if (this.#output.json) {
      const { hurt: _hurt, unnamed: _unnamed, lost: _lost, ...counts } = result;
      const share = width === undefined ? 0 : width / 10_000;
      const document = {
        type: "summary",
        address,
        whole: damagedObjects === 0,
        ...counts,
        readPercent: share,
        hurt: hurt ? { versions: hurt.versions, snapshots: hurt.snapshots.map(({ name }) => name) } : null,
        unnamed: unnamed ?? null,
        source: source ? sourceJson(source) : null,
      };
      return this.#output.line(JSON.stringify(document));
    }
    if (!this.#output.quiet) await this.#output.line(summaryOf(address, result, width));
    if (!this.#output.quiet && source) await this.#output.line(comparedText(source));
    if (!this.#output.quiet && unnamed && unnamed.objects > 0) {
      const amount = `${counted(unnamed.objects, "object")}, ${formatBytes(unnamed.bytes)}`;
      this.#output.note(`${amount}, of no snapshot: a backup is running, or one was interrupted.`);
    }
    if (damagedObjects > 0) await this.#advise(result);
    if (source && source.result.differing > 0) {
      this.#complain(
        "The next backup reads the files that differ again, whatever their listing says. Which side is right only somebody who knows them can say.",
      );
    }
  }

  async #advise({ hurt }: VerifyResult): Promise<void> {
    if (hurt && hurt.snapshots.length > 0) {
      const names = hurt.snapshots.map(({ name }) => name).join(", ");
      await this.#output.line(`${counted(hurt.versions, "version")} of files hurt, in ${names}`);
    }
    const { reason } = this.#options;
    if (!hurt) this.#complain(`Which files are hurt cannot be said without a catalog. ${reason?.message ?? ""}`);
    this.#complain(
      "The next backup stores again what is still on the share, for new snapshots. For those that are there, put the " +
        "objects named above back from a copy of the store, and verify again. What is not hurt can be restored as ever.",
    );
  }

  #line(document: object, text: string): Promise<void> {
    if (this.#output.json) return this.#output.line(JSON.stringify(document));
    return this.#output.line(this.#output.isTerminal ? printable(text) : text);
  }

  #complain(text: string): void {
    this.#output.complain(`sharestrata: ${printable(text.trim())}`);
  }
}

function summaryOf(address: string, result: VerifyResult, width: number | undefined): string {
  const { snapshots, pruned, segments, bundles, blobs, read, damagedObjects } = result;
  const parts = [
    counted(snapshots, "snapshot") + (pruned > 0 ? ` (and ${formatCount(pruned)} pruned)` : ""),
    counted(segments, "segment"),
    counted(bundles, "bundle"),
    counted(blobs, "lone blob"),
  ];
  const sample = width === undefined || width >= 1_000_000 ? "" : ` (${width / 10_000} %)`;
  const data =
    width === undefined
      ? "contents not read"
      : `${formatCount(read.objects)} objects read${sample}, ${formatBytes(read.bytes)}`;
  const outcome = damagedObjects === 0 ? "whole" : `${counted(damagedObjects, "object")} damaged or missing`;
  return `${address}: ${outcome}; ${parts.join(", ")}; ${data}`;
}

function sourceJson({ snapshot, result, width }: ComparedSource): object {
  const { files, bytes, changed, differing, passedOver } = result;
  return { snapshot: snapshot.name, files, bytes, percent: width / 10_000, changed, differing, passedOver };
}

function comparedText({ snapshot, result, width }: ComparedSource): string {
  const { files, bytes, changed, differing, passedOver } = result;
  const sample = width >= 1_000_000 ? "" : ` (${width / 10_000} %)`;
  const outcome = differing === 0 ? "no difference" : `${counted(differing, "file")} differing`;
  const passed = passedOver > 0 ? `, ${formatCount(passedOver)} passed over` : "";
  return `source: ${outcome}; ${counted(files, "file")} of ${snapshot.name} compared${sample}, ${formatBytes(bytes)}; ${formatCount(changed)} changed since${passed}`;
}
