import type { Closing } from "../domain/closing.ts";

/** Which batches were closed, and how: who comes after a kill goes on with the next. */
export interface Closings {
  /** The first batch that is not closed. */
  next(): number;
  write(closing: Closing): void;
}

/** In memory, for the virtual world. */
export class MemoryClosings implements Closings {
  readonly list: Closing[] = [];
  onClosed: (batch: number) => void = () => {};

  next(): number {
    return this.list.length;
  }

  write(closing: Closing): void {
    this.list.push(closing);
    this.onClosed(closing.batch);
  }
}
