/**
 * Owns loading fuse-native, and the shape of its native part. We use that part without the JavaScript around it: that
 * unmounts through a shell, lets attribute values overrun the buffer they are copied to, knows no `ro`, and leaves the
 * kernel's request to a timer.
 *
 * Every operation comes as `handler(request, operation, …arguments)` on the main thread, while a thread of libfuse
 * waits; it is answered, once and never twice, with `fuse_native_signal_<name>(request, result, …)`, at once or later.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SharestrataError, messageOf } from "../../../core/errors.js";

declare const requestBrand: unique symbol;
/** The request a libfuse thread waits with. */
export type NativeRequest = Uint8Array & { readonly [requestBrand]: true };

/** `result` is a negated errno, or 0, or a count. */
type Signal = (request: NativeRequest, result: number) => void;
type SignalWith<T> = (request: NativeRequest, result: number, value: T) => void;
/** The buffer that came with the request must be given back: it belongs to libfuse and is detached. */
type SignalWithBuffer = (request: NativeRequest, result: number, unused: 0, buffer: ArrayBuffer) => void;

type Plain = "flush" | "truncate" | "ftruncate" | "utimens" | "chown" | "chmod" | "mknod" | "removexattr" | "release";
type PlainNames = Plain | "unlink" | "rename" | "link" | "symlink" | "mkdir" | "rmdir" | "init";

export type NativeSignals = { readonly [N in PlainNames as `fuse_native_signal_${N}`]: Signal } & {
  /** uint32: mode, uid, gid, size (low, high), dev, nlink, ino, rdev, blksize, blocks (2), atime, mtime, ctime (2 each, ms). */
  readonly fuse_native_signal_getattr: SignalWith<Uint32Array>;
  /** uint32: bsize, frsize, blocks, bfree, bavail, files, ffree, favail, fsid, flag, namemax. */
  readonly fuse_native_signal_statfs: SignalWith<Uint32Array>;
  /** Stats like those of `getattr`, as many as names or none; only the kind and inode in them are used. */
  readonly fuse_native_signal_readdir: (
    request: NativeRequest,
    result: number,
    names: readonly string[],
    stats: readonly Uint32Array[],
  ) => void;
  readonly fuse_native_signal_readlink: SignalWith<string>;
  /** The file number, of 31 bits; 0 for none. */
  readonly fuse_native_signal_open: SignalWith<number>;
  readonly fuse_native_signal_create: SignalWith<number>;
  readonly fuse_native_signal_read: SignalWithBuffer;
  readonly fuse_native_signal_write: SignalWithBuffer;
  readonly fuse_native_signal_setxattr: SignalWith<ArrayBuffer>;
  readonly fuse_native_signal_getxattr: SignalWith<ArrayBuffer>;
  readonly fuse_native_signal_listxattr: SignalWith<ArrayBuffer>;
};

export type OperationName = keyof NativeSignals extends `fuse_native_signal_${infer N}` ? N : never;

export type NativeHandler = (request: NativeRequest, operation: number, ...args: never[]) => void;

export type NativeBinding = NativeSignals & { readonly [N in OperationName as `op_${N}`]: number } & {
  readonly sizeof_fuse_thread_t: number;
  /**
   * Mounts, synchronously, and starts libfuse's threads. From then on the process stays alive until
   * `fuse_native_unmount`.
   * @param options `-o` and all options, or an empty string
   * @param session `sizeof_fuse_thread_t` zero bytes, to be kept for the life of the process
   * @param allocate gives zeroed memory for each thread, which the binding keeps
   * @param implemented 35 numbers: 1 where the operation has a handler
   * @throws Error without a reason; libfuse has printed one to stderr
   */
  fuse_native_mount(
    mountPoint: string,
    options: string,
    session: Uint8Array,
    self: object,
    allocate: (sizeBytes: number) => Uint8Array,
    handlers: readonly NativeHandler[],
    implemented: Uint32Array,
  ): void;
  /** Unmounts nothing: lets the process end. */
  fuse_native_unmount(mountPoint: string, session: Uint8Array): void;
};

/** Operation numbers are below this. */
export const OPERATION_LIMIT = 34;

let loaded: NativeBinding | undefined;

/** @throws SharestrataError `MOUNT_FAILED` when there is no binary for this machine */
export function loadBinding(): NativeBinding {
  if (loaded) return loaded;
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve("fuse-native/package.json"));
    preloadLibfuse(folder);
    const load = createRequire(join(folder, "package.json"))("node-gyp-build") as (folder: string) => NativeBinding;
    loaded = load(folder);
    return loaded;
  } catch (error) {
    const machine = `${process.platform}-${process.arch}`;
    throw new SharestrataError(
      "MOUNT_FAILED",
      `fuse-native cannot be loaded on this machine (${machine}): ${messageOf(error)}`,
      { machine },
      error,
    );
  }
}

/** Where libfuse.so.2 is not installed, the binding finds its symbols in the library that came with it. */
function preloadLibfuse(folder: string): void {
  const library = join(folder, "prebuilds", `${process.platform}-${process.arch}`, "libfuse.so");
  const [now, global, noDelete] = [0x2, 0x100, 0x1000];
  try {
    process.dlopen({ exports: {} }, library, now | global | noDelete);
  } catch {
    // It always throws, not being a Node module, and stays loaded all the same. If it was not loaded, the binding says so.
  }
}
