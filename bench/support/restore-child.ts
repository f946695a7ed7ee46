/** One role of the restore's benchmark, told and answered over the parent's channel. */
import { playRestore, type RestoreRole } from "./restore-roles.js";

process.once("message", (role: RestoreRole) => {
  void playRestore(role).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});
