/**
 * Reading objects without waiting for anything but a disk: for threads that have nothing else to do, and that leave to others
 * whatever takes a network.
 */
export interface ObjectsNow extends Disposable {
  /**
   * The whole object, or undefined when there is none, or it cannot be had at once.
   * @returns bytes that are valid until the next call
   * @throws Error when the disk fails
   */
  get(name: string): Uint8Array | undefined;
  /** As `get`, of a range as `ObjectStore.getRange` takes it. */
  getRange(name: string, offset: number, lengthBytes: number): Uint8Array | undefined;
}
