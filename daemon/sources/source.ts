/**
 * Where files come from. A source is opened once per backup; the session reads one consistent state of it where the
 * service can give one (Azure Files: a share snapshot, taken on opening and deleted on disposal).
 */
import type { ByteRange, ByteRanges } from "../../core/byte-range.js";
import type { SharestrataError } from "../../core/errors.js";
import type { NodeKind, NodeMetadata, PermissionDescriptor, PosixAttributes } from "../../core/node.js";
import type { ShareProperties } from "../../core/share-properties.js";
import type { TimeNs } from "../../core/time.js";
import type { Abilities } from "./probe.js";
import type { FileReaderModule, FileTicket } from "../../store/content/workers/file-reader.js";

/** Components below the root; the root is `[]`. */
export type SourcePath = readonly string[];

/**
 * What a listing says of one child. Fields may be made when they are asked for: they are to be taken one by one, as spreading the
 * entry may miss some.
 */
export interface SourceEntry {
  readonly name: string;
  readonly kind: NodeKind;
  /** 0 for a directory; a symlink's target length in bytes. */
  readonly sizeBytes: number;
  readonly mtimeNs: TimeNs;
  /** As in `NodeEntry.signature`: equal exactly when nothing the listing tells has changed (32-bit hash). */
  readonly signature: number;
  /** As in `NodeEntry.sourceId`. */
  readonly sourceId: string | undefined;
  readonly posix: PosixAttributes | undefined;
  /** What the listing gave already; `describe` completes it. */
  readonly metadata: NodeMetadata;
  /**
   * Whether the listing has left out what it takes to know the node: a `file` of whatever size may be a symlink, and mode, owner and the
   * number of names are missing. `complete` tells them.
   */
  readonly isPartial?: boolean | undefined;
}

/** A child that exists but cannot be backed up (a socket, a name no file system can hold, a failed stat). */
export interface UnreadableChild {
  readonly kind: "unreadable";
  readonly name: string;
  readonly error: SharestrataError;
}

export type SourceChild = SourceEntry | UnreadableChild;

export interface SourceOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface OpenOptions extends SourceOptions {
  /**
   * The `state` that the newest published snapshot was read from: what changed ranges are told against. undefined where there
   * is none. It may come from another source, or be long gone.
   */
  readonly previousState?: string | undefined;
}

/** A file as an earlier snapshot has it. */
export interface EarlierFile extends Pick<SourceEntry, "sizeBytes" | "mtimeNs" | "signature"> {
  /** Where it was. */
  readonly path: SourcePath;
}

/** What is known of a file beside its place, size and time. */
export interface FileFacts {
  readonly metadata: NodeMetadata;
  readonly posix: PosixAttributes | undefined;
}

export interface Source {
  /** `azure-files://account/share` or `file:///path`, without secrets. */
  readonly uri: string;
  /** Whether the source can be reached and listed; throws the `SourceError` that a backup would end with. */
  check(options?: SourceOptions): Promise<void>;
  /** What can be done with the source, each ability asked for by itself. Leaves it as it was; rejects with the signal's reason alone. */
  probe?(options?: SourceOptions): Promise<Abilities>;
  /** @throws SourceError `SOURCE_UNKNOWN`, `ACCESS_DENIED` or `UNREACHABLE` */
  open(options?: OpenOptions): Promise<SourceSession>;
}

export interface SourceSession extends AsyncDisposable {
  /**
   * Whether everything is read from one frozen state of the source. Where it is not, single files are still whole
   * (`FILE_CHANGED` otherwise), but two of them may come from different moments.
   */
  readonly consistent: boolean;

  /**
   * What this session reads, as a later one finds it again: an opaque text without secrets, undefined when the source does
   * not keep it. It belongs to the snapshot that is made of it.
   */
  readonly state?: string | undefined;

  root(options?: SourceOptions): Promise<SourceEntry>;

  /**
   * One level, page by page, in the service's order; never recursive. A page is at most some thousand children.
   * @throws SourceError `FILE_UNREADABLE` when this one directory cannot be listed; `ACCESS_DENIED` or
   * `UNREACHABLE` when the source as a whole refuses (the run ends)
   */
  list(path: SourcePath, options?: SourceOptions): AsyncIterable<readonly SourceChild[]>;

  /**
   * A partial entry with all that its listing has left out; there where listings have such entries, and asked only for nodes that are
   * new or changed. @throws as `describe`
   */
  complete?(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<SourceEntry>;

  /** Whether reading a file tells all that `describe` tells: it is better described behind that, which then costs nothing. */
  readonly readingDescribes?: boolean | undefined;

  /** All metadata of one node; asked only for nodes that are new or changed. */
  describe(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<NodeMetadata>;

  /**
   * What a permission key stands for; not there where the source has no such keys. The newest state is asked, as keys keep their
   * meaning as long as the source lives.
   * @returns undefined when the source will not tell this one's, and asking again at once would not help
   * @throws SourceError when the source as a whole fails
   */
  permission?(key: string, options?: SourceOptions): Promise<PermissionDescriptor | undefined>;

  /**
   * Whether a file that has moved or changed, but whose size, time and identity are as before, has its bytes from before: what is
   * known of it explains the change. undefined: the source vouches for nothing, and such files are read.
   * @param before as it was described when it was read
   */
  readonly keepsBytes?: ((before: FileFacts, now: FileFacts, isMoved: boolean) => boolean) | undefined;

  /**
   * A file as it is now, asked after a moment because reading it said `FILE_CHANGED`; undefined when it is gone.
   * @throws as `list`
   */
  lookAgain?(path: SourcePath, options?: SourceOptions): Promise<SourceEntry | undefined>;

  /**
   * What the source says of itself as a whole; not there where it says nothing.
   * @returns undefined when it will not tell
   * @throws SourceError when the source as a whole fails
   */
  shareProperties?(options?: SourceOptions): Promise<ShareProperties | undefined>;

  /**
   * The bytes of a file, in order, in pieces of any size.
   * @throws SourceError `FILE_CHANGED` when the bytes do not belong to one state of the file or their number differs
   * from `entry.sizeBytes`; `FILE_UNREADABLE` when this one file cannot be read
   */
  read(path: SourcePath, entry: SourceEntry, options?: SourceOptions): AsyncIterable<Uint8Array>;

  /** Where other threads can read files without this session's help; what they throw is what `read` throws. */
  readonly byWorker?: ReadingByWorker | undefined;

  /** As `read`, of one range within the file. All ranges, and what `changedRanges` says, are of the one state that was listed. */
  readRange(path: SourcePath, entry: SourceEntry, range: ByteRange, options?: SourceOptions): AsyncIterable<Uint8Array>;

  /**
   * Where a file differs from what it was in the previous state: never less than that, and perhaps more. Nothing is told of
   * what lies behind the end of the shorter one of the two. It is the source that makes sure that the previous state has `before`,
   * or a backup that had passed the file over would keep what it should read again.
   * @param before as the newest published snapshot has the file
   * @returns undefined when the source cannot say, for whatever reason: the file is to be read as a whole then
   */
  changedRanges?(
    path: SourcePath,
    entry: SourceEntry,
    before: EarlierFile,
    options?: SourceOptions,
  ): Promise<ByteRanges | undefined>;

  /**
   * Told once the snapshot that names `state` is published, and before disposal: from then on the source keeps the state
   * until it is told so of a later one, and gives up the previous one. Never rejects.
   */
  published?(): Promise<void>;
}

export interface ReadingByWorker {
  readonly module: FileReaderModule;
  /** Called when a worker is about to open the file. @throws as `read` */
  ticket(path: SourcePath, entry: SourceEntry): FileTicket;
}
