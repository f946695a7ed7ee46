/**
 * Translates libfuse's path-based operations to Operations. Each request is answered exactly once, whatever is thrown:
 * an answer missing would leave a program hanging, a second one would crash the process.
 */
import { constants } from "node:fs";
import { constants as osConstants } from "node:os";
import type { Handle, NodeHandle } from "../../handle.js";
import { FileSystemError, errnoOf } from "../../errors.js";
import { whenReady, type MaybePromise } from "../../maybe-promise.js";
import type { Operations } from "../../operations.js";
import { PathResolver } from "../../path-resolver.js";
import {
  OPERATION_LIMIT,
  type NativeBinding,
  type NativeHandler,
  type NativeRequest,
  type OperationName,
} from "./binding.js";
import { NO_FIGURES, NO_STAT, encodeFigures, encodeKind, encodeStat, join64 } from "./encode.js";
import { OpenFiles } from "./open-files.js";

/** Entries listed between two turns of the event loop. */
const LIST_BATCH = 4096;

const EROFS = -errnoOf("EROFS");

export interface HandlerTable {
  readonly handlers: readonly NativeHandler[];
  readonly implemented: Uint32Array;
}

/** @param onInit called once, when the kernel's first request is there */
export function makeHandlers(binding: NativeBinding, operations: Operations, onInit: () => void): HandlerTable {
  const handlers: NativeHandler[] = Array.from({ length: OPERATION_LIMIT }, () => () => undefined);
  const implemented = new Uint32Array(OPERATION_LIMIT + 1);
  const all = { ...readHandlers(binding, operations, onInit), ...writeHandlers(binding) };
  for (const [name, handler] of Object.entries(all)) {
    const operation = binding[`op_${name as OperationName}`];
    handlers[operation] = handler;
    implemented[operation] = 1;
  }
  return { handlers, implemented };
}

function readHandlers(binding: NativeBinding, operations: Operations, onInit: () => void) {
  const paths = new PathResolver(operations);
  const files = new OpenFiles<NodeHandle>();
  const at = <T>(path: string, use: (handle: Handle) => MaybePromise<T>): MaybePromise<T> =>
    whenReady(paths.resolve(path), use);

  return {
    init(request: NativeRequest): void {
      binding.fuse_native_signal_init(request, 0);
      onInit();
    },

    getattr(request: NativeRequest, _operation: number, path: string): void {
      answer(
        () => at(path, (handle) => whenReady(operations.getattr(handle), encodeStat)),
        (stat) => binding.fuse_native_signal_getattr(request, 0, stat),
        (errno) => binding.fuse_native_signal_getattr(request, errno, NO_STAT),
      );
    },

    readdir(request: NativeRequest, _operation: number, path: string): void {
      answer(
        () => listAll(operations, paths, path),
        ({ names, stats }) => binding.fuse_native_signal_readdir(request, 0, names, stats),
        (errno) => binding.fuse_native_signal_readdir(request, errno, [], []),
      );
    },

    readlink(request: NativeRequest, _operation: number, path: string): void {
      answer(
        () => at(path, (handle) => operations.readlink(handle)),
        (target) => binding.fuse_native_signal_readlink(request, 0, target),
        (errno) => binding.fuse_native_signal_readlink(request, errno, ""),
      );
    },

    statfs(request: NativeRequest, _operation: number, path: string): void {
      answer(
        () => at(path, (handle) => whenReady(operations.statfs(handle), encodeFigures)),
        (figures) => binding.fuse_native_signal_statfs(request, 0, figures),
        (errno) => binding.fuse_native_signal_statfs(request, errno, NO_FIGURES),
      );
    },

    open(request: NativeRequest, _operation: number, path: string, flags: number): void {
      const write = (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
      answer(
        () => at(path, (handle) => files.add(operations.open(handle, { write }))),
        (file) => binding.fuse_native_signal_open(request, 0, file),
        (errno) => binding.fuse_native_signal_open(request, errno, 0),
      );
    },

    release(request: NativeRequest, _operation: number, _path: string, file: number): void {
      files.remove(file);
      binding.fuse_native_signal_release(request, 0);
    },

    read(
      request: NativeRequest,
      _operation: number,
      _path: string,
      file: number,
      buffer: Buffer<ArrayBuffer>,
      lengthBytes: number,
      low: number,
      high: number,
    ): void {
      answer(
        () =>
          whenReady(operations.read(files.get(file), join64(low, high), lengthBytes), (bytes) => copy(buffer, bytes)),
        (count) => binding.fuse_native_signal_read(request, count, 0, buffer.buffer),
        (errno) => binding.fuse_native_signal_read(request, errno, 0, buffer.buffer),
      );
    },

    getxattr(
      request: NativeRequest,
      _operation: number,
      path: string,
      name: string,
      buffer: Buffer<ArrayBuffer>,
    ): void {
      answer(
        () => at(path, (handle) => whenReady(operations.getxattr(handle, name), (value) => offer(buffer, value))),
        (size) => binding.fuse_native_signal_getxattr(request, size, buffer.buffer),
        (errno) => binding.fuse_native_signal_getxattr(request, errno, buffer.buffer),
      );
    },

    listxattr(request: NativeRequest, _operation: number, path: string, buffer: Buffer<ArrayBuffer>): void {
      answer(
        () =>
          at(path, (handle) => whenReady(operations.listxattr(handle), (names) => offer(buffer, encodeNames(names)))),
        (size) => binding.fuse_native_signal_listxattr(request, size, buffer.buffer),
        (errno) => binding.fuse_native_signal_listxattr(request, errno, buffer.buffer),
      );
    },
  };
}

/** The kernel refuses writes by itself, the mount being `ro`; these answer where somebody remounted it `rw`. */
function writeHandlers(binding: NativeBinding) {
  const refusing = ["truncate", "ftruncate", "utimens", "chown", "chmod", "mknod", "removexattr", "unlink", "rename"];
  const others = ["link", "symlink", "mkdir", "rmdir"];
  const plain = ([...refusing, ...others] as "truncate"[]).map((name) => [
    name,
    (request: NativeRequest): void => binding[`fuse_native_signal_${name}`](request, EROFS),
  ]);
  return {
    ...(Object.fromEntries(plain) as Record<string, NativeHandler>),
    create(request: NativeRequest): void {
      binding.fuse_native_signal_create(request, EROFS, 0);
    },
    write(request: NativeRequest, _operation: number, _path: string, _file: number, buffer: Buffer<ArrayBuffer>): void {
      binding.fuse_native_signal_write(request, EROFS, 0, buffer.buffer);
    },
    setxattr(
      request: NativeRequest,
      _operation: number,
      _path: string,
      _name: string,
      buffer: Buffer<ArrayBuffer>,
    ): void {
      binding.fuse_native_signal_setxattr(request, EROFS, buffer.buffer);
    },
  };
}

/** libfuse 2 wants a directory whole. */
async function listAll(operations: Operations, paths: PathResolver, path: string) {
  const handle = await paths.resolve(path);
  const names: string[] = [];
  const stats: Uint32Array[] = [];
  for (let offset = 0; ;) {
    const batch = await operations.readdir(handle, offset, LIST_BATCH);
    for (const entry of batch) {
      names.push(entry.name);
      stats.push(encodeKind(entry.kind));
    }
    const last = batch.at(-1);
    if (!last || batch.length < LIST_BATCH) return { names, stats };
    offset = last.offset;
    // Others have their turn between the batches of a very large directory.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** @returns how many bytes that were */
function copy(buffer: Uint8Array, bytes: Uint8Array): number {
  buffer.set(bytes);
  return bytes.byteLength;
}

/** Copies an attribute to the caller's buffer. @returns its size, which is all that is wanted when the buffer is empty */
function offer(buffer: Uint8Array, value: Uint8Array): number {
  if (buffer.byteLength === 0) return value.byteLength;
  if (value.byteLength > buffer.byteLength) throw new FileSystemError("ERANGE");
  return copy(buffer, value);
}

function encodeNames(names: readonly string[]): Uint8Array {
  return Buffer.from(names.map((name) => `${name}\0`).join(""));
}

/**
 * @param run gets all there is to send; only what it throws can become an error
 * @param succeed sends, and nothing else
 */
function answer<T>(run: () => MaybePromise<T>, succeed: (value: T) => void, fail: (errno: number) => void): void {
  let result: MaybePromise<T>;
  try {
    result = run();
  } catch (error) {
    fail(negatedErrno(error));
    return;
  }
  if (result instanceof Promise) result.then(succeed, (error: unknown) => fail(negatedErrno(error)));
  else succeed(result);
}

function negatedErrno(error: unknown): number {
  return error instanceof FileSystemError ? -errnoOf(error.code) : -osConstants.errno.EIO;
}
