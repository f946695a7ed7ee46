/** One role of the scan's benchmark, told and answered over the parent's channel. */
import { play, type Role, type RoleOptions } from "./scan-roles.js";

process.once("message", ({ role, options }: { role: Role; options: RoleOptions }) => {
  void play(role, options).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});
