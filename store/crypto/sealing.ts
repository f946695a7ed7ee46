/**
 * How the objects of a share are sealed: the interface. What has been sealed under one name opens under no other, so
 * objects that trade places are found. Everything that writes or reads a sealable object is given one, and asks nothing.
 */
export interface Sealing {
  /** Whether sealed bytes differ from plain ones. It stands in every object, so that neither kind passes for the other. */
  readonly isSealed: boolean;
  /** By how much sealed bytes are longer. */
  readonly overheadBytes: number;
  /**
   * @param name full name of the object that the result lies in
   * @param bound what opening has to be given as well, such as the header before the sealed bytes
   * @returns never the same twice; where nothing is sealed, `plain` itself
   */
  seal(name: string, plain: Uint8Array, bound: Uint8Array): Uint8Array;
  /** As `seal`. @param into where the result goes: as long as `plain`, and `overheadBytes` */
  sealInto(name: string, plain: Uint8Array, bound: Uint8Array, into: Uint8Array): void;
  /** @throws Error unless these bytes were sealed for this name and `bound`, with the key of this share */
  open(name: string, sealed: Uint8Array, bound: Uint8Array): Uint8Array;
  /**
   * The share's key, from which `sealingOf` makes an equal sealing on another thread; undefined where nothing is sealed.
   * Search for the word to find every place where a key leaves its hiding.
   */
  reveal(): ShareKey | undefined;
}

declare const brand: unique symbol;
/** 32 random bytes, for the life of a share. Everything else is derived from them. */
export type ShareKey = Uint8Array & { readonly [brand]: "ShareKey" };

export const SHARE_KEY_BYTES = 32;
