import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { configToWrite, findConfig } from "../../../daemon/config/locate.js";
import { parseConfig } from "../../../daemon/config/parse.js";
import { stageFile, withShare } from "../../../daemon/config/write.js";
import { temporaryDirectory } from "../../support/tmp.js";

const addition = {
  name: { tenant: "acme", share: "docs" },
  source: "azure-files://acme/docs",
  store: "file:///srv/backup",
};

describe("adding a share", () => {
  it("writes a first configuration that can be read", () => {
    const text = withShare("/c.yaml", undefined, addition);
    expect(text).toMatch(/^# Sharestrata:/);
    expect(parseConfig("/c.yaml", text).shares).toMatchObject([{ name: addition.name, store: addition.store }]);
  });

  it("keeps comments, order and style of what is there", () => {
    const before = `# top
state: "./x" # quoted
shares:
  # the first
  other/one: { source: file:///a, store: file:///b } # kept
`;
    const after = withShare("/c.yaml", before, addition);
    expect(after.startsWith(before)).toBe(true);
    expect(parseConfig("/c.yaml", after).shares).toHaveLength(2);
  });

  it.each(["", "# only a comment\n", "shares:\n", "state: x\n"])("works on %j", (before) => {
    expect(parseConfig("/c.yaml", withShare("/c.yaml", before, addition)).shares).toHaveLength(1);
  });
});

describe("a staged file", () => {
  it("is nowhere to be seen when it is discarded, and there at once when it is committed", async () => {
    await using directory = await temporaryDirectory();
    const file = directory.join("new", "c.yaml");
    const discarded = await stageFile(file, "a");
    await discarded.discard();
    expect(await readdir(directory.join("new"))).toEqual([]);
    const staged = await stageFile(file, "b");
    await staged.commit();
    await staged.discard();
    expect(await readdir(directory.join("new"))).toEqual(["c.yaml"]);
    expect(await readFile(file, "utf8")).toBe("b");
  });

  it("keeps the mode of the file it replaces, and a link to it", async () => {
    await using directory = await temporaryDirectory();
    const file = directory.join("real.yaml");
    await writeFile(file, "a");
    await chmod(file, 0o640);
    await symlink("real.yaml", directory.join("c.yaml"));
    await (await stageFile(directory.join("c.yaml"), "b")).commit();
    expect(await readFile(file, "utf8")).toBe("b");
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it("says in one sentence that it cannot be written", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join("file"), "");
    await expect(stageFile(directory.join("file", "c.yaml"), "a")).rejects.toMatchObject({ code: "FAILED" });
  });
});

describe("the configuration", () => {
  it("is what --config names, then $SHARESTRATA_CONFIG, then the one in the current folder", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    const env = { SHARESTRATA_CONFIG: "/b.yaml" };
    expect(findConfig({ option: "a.yaml", env, cwd })).toBe(directory.join("a.yaml"));
    expect(findConfig({ env, cwd })).toBe("/b.yaml");
    expect(() => findConfig({ env: { SHARESTRATA_CONFIG: "" }, cwd: "/proc" })).toThrow(
      /sharestrata init writes a first one/,
    );
    expect(configToWrite({ env: {}, cwd })).toBe(directory.join("sharestrata.yaml"));
    await mkdir(directory.join("x"));
    await writeFile(directory.join("x", "sharestrata.yaml"), "");
    expect(findConfig({ env: {}, cwd: directory.join("x") })).toBe(directory.join("x", "sharestrata.yaml"));
  });
});
