// What stays in a share when something stored is damaged or lost, or was never backed up.
import { describe, expect, it } from "vitest";
import { DamagedError } from "../../../../core/errors.js";
import { UNFINISHED_NS } from "../../../../daemon/restore/azure/unfinished.js";
import { Unseen } from "../../../../daemon/restore/extras.js";
import { FakeTree, MTIME, type Node } from "../support/fake-tree.js";
import { put } from "../target-contract.js";
import { startAzureTarget } from "./fixture.js";

describe("what is there when the stored content that replaces it turns out to be damaged", () => {
  const damaged = (): Node => ({ file: new DamagedError("It is damaged.", { where: "x" }), size: 5 });

  it("stays on an SMB share, under a name that differs by case", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("Report.txt", "mine");
    expect(await put({ in: { "report.txt": damaged() } }, fixture, { overwrite: "always" })).toMatchObject({
      errors: 1,
    });
    expect((await fixture.read())["Report.txt"]?.text).toBe("mine");
  });

  it("stays on an NFS share under each of its names, and so does a link in its place", async () => {
    await using fixture = await startAzureTarget({ protocol: "NFS" });
    await fixture.write("a", "mine");
    const client = (name: string) => fixture.share.rootDirectoryClient.getFileClient(name);
    await client("b").createHardLink("a");
    await client("link").createSymbolicLink("a");
    const result = await put({ in: { b: damaged(), link: damaged() } }, fixture, { overwrite: "always" });
    expect(result).toMatchObject({ errors: 2 });
    const { headers } = (await client("b").getProperties())._response;
    expect(headers.get("x-ms-link-count")).toBe("2");
    expect(decodeURIComponent((await client("link").getSymbolicLink()).linkText ?? "")).toBe("a");
  });
});

describe("a folder in the place of a symbolic link, which an SMB share cannot have", () => {
  it("stays with all that is in it", async () => {
    await using fixture = await startAzureTarget();
    await fixture.makeFolder("l");
    await fixture.write("l/mine", "mine");
    await fixture.write("f", "f");
    const tree: Node = { in: { l: { link: "f" }, f: { file: "f" } } };
    expect(await put(tree, fixture, { overwrite: "always", delete: true })).toMatchObject({ errors: 1 });
    expect((await fixture.read())["l/mine"]?.text).toBe("mine");
  });
});

describe("what the backup had passed over", () => {
  it("is not deleted under a name that differs by case, which is the same to an SMB share", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("report.docx", "nobody else has it");
    await fixture.write("other", "too much");
    const unseen = new Unseen([["Report.docx"]], (name) => fixture.target().keyOf(name));
    const tree: Node = { in: { f: { file: "f" } } };
    await put(tree, fixture);
    expect(await put(tree, fixture, { delete: true, unseen: [["Report.docx"]] })).toMatchObject({ deleted: 1 });
    expect(Object.keys(await fixture.read()).toSorted()).toEqual(["f", "report.docx"]);
    expect(unseen.has(["REPORT.docx", "x"])).toBe(true);
  });
});

describe("an unfinished file whose metadata is lost", () => {
  it("is completed without, and is unfinished no longer", async () => {
    await using fixture = await startAzureTarget();
    await fixture.write("f", "text", UNFINISHED_NS);
    const lost = new DamagedError("The segment is gone.", { where: "segment 1" });
    const result = await put({ in: { f: { file: "text", metadata: lost } } }, fixture);
    expect(result.passedOver.map(({ code }) => code)).toEqual(["DAMAGED"]);
    expect((await fixture.read())["f"]).toEqual({ text: "text", mtimeNs: MTIME });
  });
});

describe("a hard-linked file of an NFS share", () => {
  it("that has the right bytes is compared and keeps its id and names, and is made anew where a byte differs", async () => {
    await using fixture = await startAzureTarget({ protocol: "NFS" });
    const links = { linkCount: 2, linkId: "1" };
    const view = new FakeTree({ in: { a: { file: "text", metadata: links }, b: { file: "text", metadata: links } } });
    await put(view, fixture);
    const idOf = async (name: string) => (await fixture.headersOf(name))("x-ms-file-id");
    const id = await idOf("a");
    expect(await idOf("b")).toBe(id);
    expect(await put(view, fixture, { overwrite: "always" })).toMatchObject({
      bytesWritten: 0,
      unchanged: 2,
      errors: 0,
    });
    expect([await idOf("a"), await idOf("b")]).toEqual([id, id]);
    await fixture.write("a", "tExt");
    expect(await put(view, fixture, { overwrite: "always" })).toMatchObject({ errors: 0 });
    expect(await idOf("b")).toBe(await idOf("a"));
    expect((await fixture.read())["b"]?.text).toBe("text");
  });
});
