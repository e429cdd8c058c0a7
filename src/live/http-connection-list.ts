/** Hangs in at most one list at a time. */
export interface Listed<T> {
  before: T | undefined;
  after: T | undefined;
}

/** A list in order of arrival that anything can leave from the middle, at no cost. */
export class ConnectionList<T extends Listed<T>> {
  first: T | undefined;
  last: T | undefined;
  length = 0;

  push(item: T): void {
    item.before = this.last;
    if (this.last === undefined) this.first = item;
    else this.last.after = item;
    this.last = item;
    this.length += 1;
  }

  /** @param item - One of this list. */
  remove(item: T): void {
    if (item.before === undefined) this.first = item.after;
    else item.before.after = item.after;
    if (item.after === undefined) this.last = item.before;
    else item.after.before = item.before;
    item.before = undefined;
    item.after = undefined;
    this.length -= 1;
  }
}
