const blockMax = 64;

/**
 * What is drawn by number, a block at a time where one number follows the other: in a loop the
 * processor begins with the next draw before the last is done.
 */
export class DrawnAhead {
  readonly #drawInto: (into: Float64Array, first: number, count: number) => void;
  readonly #block = new Float64Array(blockMax);
  #first = 0;
  #count = 0;

  /** @param drawInto - Draws for `count` numbers from `first` on. Always the same for a number. */
  constructor(drawInto: (into: Float64Array, first: number, count: number) => void) {
    this.#drawInto = drawInto;
  }

  /** What is drawn for that number. */
  at(index: number): number {
    const place = index - this.#first;
    if (place >= 0 && place < this.#count) return this.#block[place] as number;
    // The longer they came one after the other, the likelier they go on like that.
    const count = place === this.#count ? Math.min(blockMax, 2 * this.#count + 1) : 1;
    this.#drawInto(this.#block, index, count);
    this.#first = index;
    this.#count = count;
    return this.#block[0] as number;
  }
}
