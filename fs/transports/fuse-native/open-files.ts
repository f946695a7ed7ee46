/** Numbers for open files, as libfuse carries them: 31 bits, from 1, each given again only when nothing else is left. */
import { FileSystemError } from "../../errors.js";

const LAST = 2 ** 31 - 1;

export class OpenFiles<T> {
  readonly #files = new Map<number, T>();
  #next = 1;

  get count(): number {
    return this.#files.size;
  }

  add(file: T): number {
    while (this.#files.has(this.#next)) this.#next = this.#next === LAST ? 1 : this.#next + 1;
    const number = this.#next;
    this.#files.set(number, file);
    this.#next = number === LAST ? 1 : number + 1;
    return number;
  }

  /** @throws FileSystemError `EBADF` */
  get(number: number): T {
    const file = this.#files.get(number);
    if (file === undefined) throw new FileSystemError("EBADF");
    return file;
  }

  remove(number: number): void {
    this.#files.delete(number);
  }
}
