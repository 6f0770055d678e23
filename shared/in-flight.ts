/**
 * Lets only so much be in flight at once, so that the partitions of a process, which all have batches at the same time, do not fill its
 * memory: who comes when it is full waits until there is room, in the order of coming. What is heavier than all room goes alone.
 */
export class InFlight {
  readonly #most: number;
  readonly #waiting: { readonly weight: number; readonly begin: () => void }[] = [];
  #weight = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async run<T>(weight: number, action: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#hasRoomFor(weight))
      await new Promise<void>((begin) => this.#waiting.push({ weight, begin }));
    else this.#weight += weight;
    try {
      return await action();
    } finally {
      this.#weight -= weight;
      this.#admit();
    }
  }

  #admit(): void {
    for (let [next] = this.#waiting; next && this.#hasRoomFor(next.weight); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#weight += next.weight;
      next.begin();
    }
  }

  #hasRoomFor(weight: number): boolean {
    return this.#weight === 0 || this.#weight + weight <= this.#most;
  }
}
