// Owns being somebody whom file permissions stop, so that tests about unreadable files run as root too.
import { chmodSync } from "node:fs";

const nobody = 65_534;

/**
 * Until the end of the block the process has the rights of an ordinary user: `using _ = ordinaryUser(dir.path)`. As root it
 * becomes `nobody` and then root again; as anybody else it is one already. `folder`, which holds what the test works on,
 * is opened for everybody first. Affects the whole process, threads included: no test may run concurrently in the same file.
 */
export function ordinaryUser(folder: string): Disposable {
  const { getuid, getgid, getgroups, setgroups, seteuid, setegid } = process;
  if (getuid?.() !== 0 || !getgid || !getgroups || !setgroups || !seteuid || !setegid) return { [Symbol.dispose]() {} };
  chmodSync(folder, 0o755);
  const group = getgid();
  const groups = getgroups();
  setgroups([nobody]);
  setegid(nobody);
  seteuid(nobody);
  return {
    [Symbol.dispose]() {
      seteuid(0);
      setegid(group);
      setgroups(groups);
    },
  };
}
