/** Resources won one after another, released in the opposite order; Node 20 has no AsyncDisposableStack. */
export class Owned implements AsyncDisposable {
  #resources: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  /** Hands everything over: disposing this one no longer releases it. */
  move(): Owned {
    const moved = new Owned();
    moved.#resources = this.#resources;
    this.#resources = [];
    return moved;
  }

  /** Releases all, also when one of them fails; the first failure is thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const resource of this.#resources.splice(0).toReversed()) {
      try {
        await resource[Symbol.asyncDispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
