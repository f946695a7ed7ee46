/**
 * How large a value may be that fills one LMDB page to the last byte. Values of more than half a page lie in pages of
 * their own, behind a header of 24 bytes (found by trying: 4 072 bytes take one page, 4 073 take two).
 */
export const PAGE_BYTES = 4096 - 24;
