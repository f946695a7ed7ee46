import { describe, expect, it } from "vitest";
import { isOurs, mountAt, parseMountinfo } from "../../../fs/transports/mountinfo.js";

const text = Buffer.from(
  [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    String.raw`42 22 0:39 / /mnt/my\040backup\134x ro,nosuid - fuse.sharestrata sharestrata ro,user_id=0`,
    "43 22 0:40 / /mnt/ü ro,nosuid shared:2 master:1 - fuse.sharestrata sharestrata ro",
    String.raw`44 22 0:41 / /mnt/\303\274x rw - tmpfs none rw`,
    "45 22 0:42 / /mnt/ü rw - tmpfs none rw",
    "not a line of mountinfo",
    "",
  ].join("\n"),
);

describe("mountinfo", () => {
  const mounts = parseMountinfo(text);

  it("is read with its escapes, whatever optional fields there are", () => {
    expect(mounts.map(({ mountPoint }) => mountPoint)).toEqual([
      "/",
      String.raw`/mnt/my backup\x`,
      "/mnt/ü",
      "/mnt/üx",
      "/mnt/ü",
    ]);
    expect(mounts[1]).toMatchObject({ id: 42, device: "0:39", type: "fuse.sharestrata", source: "sharestrata" });
  });

  it("tells our mounts from others", () => {
    expect(mounts.filter(isOurs).map(({ id }) => id)).toEqual([42, 43]);
  });

  it("shows what is on top where mounts are stacked", () => {
    expect(mountAt("/mnt/ü", mounts)?.id).toBe(45);
    expect(mountAt("/mnt", mounts)).toBeUndefined();
  });
});
