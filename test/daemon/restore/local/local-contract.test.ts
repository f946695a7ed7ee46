import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { silentLogger } from "../../../../core/logger.js";
import type { TimeNs } from "../../../../core/time.js";
import { AttributeHelper } from "../../../../daemon/restore/local/attribute-helper.js";
import { HeldFolder } from "../../../../daemon/restore/local/held-folder.js";
import { LocalTarget } from "../../../../daemon/restore/local/local-target.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { describeTarget, type Found, type TargetFixture } from "../target-contract.js";

async function start(): Promise<TargetFixture> {
  const directory = await temporaryDirectory();
  return {
    target: () => new LocalTarget(directory.path, { logger: silentLogger }),
    async read() {
      const found: Record<string, Found[string]> = {};
      for (const path of (await readdir(directory.path, { recursive: true })).toSorted()) {
        const { mtimeNs, ...stats } = await stat(directory.join(path), { bigint: true });
        const isFolder = (stats.mode & 0o170000n) === 0o040000n;
        found[path] = { text: isFolder ? undefined : await readFile(directory.join(path), "utf8"), mtimeNs };
      }
      return found;
    },
    async write(path, text, mtimeNs) {
      await writeFile(directory.join(path), text);
      if (mtimeNs !== undefined) await setTime(directory.path, path, mtimeNs);
    },
    async makeFolder(path) {
      await mkdir(directory.join(path));
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

async function setTime(root: string, path: string, mtimeNs: TimeNs): Promise<void> {
  const opened = await HeldFolder.openRoot(root, false);
  if (!opened) throw new Error("it is there");
  await using helper = new AttributeHelper(opened.folder.handle.fd);
  await helper.setTimes(path.split("/"), mtimeNs, mtimeNs);
  await opened.folder.close();
}

describeTarget("a local folder", start);
