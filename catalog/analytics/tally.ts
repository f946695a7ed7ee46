/** How many files of some sort there are, and what they hold. */
export interface Tally {
  readonly files: number;
  readonly bytes: number;
}

/** A tally in the making. */
export class Tallying implements Tally {
  files = 0;
  bytes = 0;

  add(sizeBytes: number): void {
    this.files++;
    this.bytes += sizeBytes;
  }

  addAll({ files, bytes }: Tally): void {
    this.files += files;
    this.bytes += bytes;
  }
}
