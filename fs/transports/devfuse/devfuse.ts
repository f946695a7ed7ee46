/**
 * The fast transport: the kernel's FUSE protocol spoken over /dev/fuse, without a library in between. Threads answer from the
 * catalog at once; the main thread answers what has to be waited for. Needs CAP_SYS_ADMIN to mount, and nothing installed.
 */
import { availableParallelism, endianness } from "node:os";
import { SharestrataError } from "../../../core/errors.js";
import { HandleNumbers } from "../../handle-numbers.js";
import type { OpenShare } from "../../open-share.js";
import { ShareSlots } from "../../share-slots.js";
import { ActiveMount } from "../active-mount.js";
import { expectFuse } from "../fuse-access.js";
import { prepareMountPoint } from "../mount-point.js";
import { FILE_SYSTEM_NAME, isOurs, mountAt } from "../mountinfo.js";
import type { MountHandle, MountRequest, Transport } from "../transport.js";
import { KernelAnswers } from "./answers.js";
import { closeDevice, mountDevice, openDevice } from "./device.js";
import { MAX_READ_BYTES } from "./protocol/init.js";
import { raiseReadAhead } from "./read-ahead.js";
import { MainAnswers } from "./main-answers.js";
import type { ThreadReport, ThreadShareRecipe } from "./messages.js";
import { ThreadCrew } from "./thread-crew.js";

/** More than a few gain nothing: the kernel wakes one for each message. */
const MOST_THREADS = 4;
const FEWEST_THREADS = 2;

export const devFuse: Transport = {
  name: "devfuse",

  async mount(request: MountRequest): Promise<MountHandle> {
    const { operations, logger, source = FILE_SYSTEM_NAME, allowOther = false, owner, unmounter } = request;
    expectFuse({ allowOther });
    expectLittleEndian();
    const mountPoint = await prepareMountPoint(request.mountPoint, logger);
    const slots = new ShareSlots();
    const numbers = new HandleNumbers(operations, slots);
    const fd = openDevice();
    const main = new MainAnswers(fd, new KernelAnswers(operations, numbers), logger);

    const told = new Set<OpenShare>();
    const newRecipes = (): readonly ThreadShareRecipe[] => {
      const opened = [...operations.shares.opened()].filter((share) => !told.has(share));
      return opened.map((share) => {
        told.add(share);
        return { slot: slots.slotOf(share.name), ...share.mounted.recipe() };
      });
    };
    let onAgreed: (problem: string | undefined) => void = () => undefined;
    const agreed = new Promise<string | undefined>((resolve) => (onAgreed = resolve));
    const onReport = (report: ThreadReport): void => {
      if (report.kind === "agreed") onAgreed(report.problem);
      else if (report.kind === "fault") logger.error({}, `The mount at ${mountPoint}: ${report.reason}`);
      else {
        const { buffer, byteOffset, byteLength } = report.message;
        void main.serve(Buffer.from(buffer, byteOffset, byteLength)).then(() => {
          for (const recipe of newRecipes()) crew.tell(recipe);
        });
      }
    };
    const { root, ownership, mountedAt } = operations;
    const crew = new ThreadCrew(
      threadCount(),
      { fd, root: root.kind === "tenants" ? undefined : numbers.placeOf(root), ownership, mountedAt },
      newRecipes(),
      {
        onReport,
        onDeath: (error, thread, request) => {
          logger.error({ cause: String(error.cause) }, error.message);
          if (request !== undefined) main.fail(request);
          for (const share of operations.shares.opened()) share.mounted.retire(thread);
        },
      },
    );
    try {
      await mountDevice(fd, { mountPoint, source, allowOther, owner });
    } catch (error) {
      await crew.cancel();
      closeDevice(fd);
      throw error;
    }
    crew.begin();
    const entry = mountAt(mountPoint);
    if (!entry || !isOurs(entry)) {
      await crew.ended;
      closeDevice(fd);
      throw new SharestrataError("MOUNT_FAILED", `${mountPoint} was unmounted again at once.`, { mountPoint });
    }
    process.once("exit", endAtOnce);
    const release = (): void => {
      process.off("exit", endAtOnce);
      main.end();
      closeDevice(fd);
    };
    raiseReadAhead(entry.device, MAX_READ_BYTES);
    const active = new ActiveMount({ transport: "devfuse", entry, logger, release, ended: crew.ended, unmounter });
    const problem = await Promise.race([agreed, active.done.then(() => undefined)]);
    if (problem === undefined) return active;
    await active.unmount();
    throw new SharestrataError("MOUNT_FAILED", `${mountPoint} cannot be mounted: ${problem}.`, { mountPoint });
  },
};

/**
 * A process that ends while the mount stands would wait for its threads, which wait for the kernel. Killed, it leaves a mount
 * that says that it is dead.
 */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function threadCount(): number {
  return Math.min(MOST_THREADS, Math.max(FEWEST_THREADS, availableParallelism()));
}

function expectLittleEndian(): void {
  if (endianness() === "LE") return;
  throw new SharestrataError("MOUNT_FAILED", "The transport devfuse needs a little-endian machine; try fuse-native.");
}
