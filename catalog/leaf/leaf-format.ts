/** Numbers of the leaf format that its builder and reader share. */
import { PAGE_BYTES } from "../page.js";

/** A leaf is a page. */
export const LEAF_BYTES = PAGE_BYTES;
export const LEAF_FORMAT = 1;
/** Checksum and format. */
export const HEADER_BYTES = 5;
/** What all sections of a leaf may take together, headers included. */
export const LEAF_CAPACITY = LEAF_BYTES - HEADER_BYTES;
