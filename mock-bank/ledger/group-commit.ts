import type Database from "libsql";

/**
 * One transaction for all that a turn of the event loop writes: a commit is most of the price of a
 * posting, and shared by as many as come together. Whoever tells the world of what was written waits
 * for the commit, so a killed process has answered nothing that it has not kept.
 *
 *   write ... write -> end of the turn: commit -> those who waited
 *
 * The transaction holds the file's write lock from the first write on. So what a write finds out
 * (it stood already, it was reversed) is final, whatever other replicas are about to do.
 */
export class GroupCommit {
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  #waiting: (() => void)[] = [];
  #isOpen = false;

  constructor(database: Database.Database) {
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  /** Before each write. */
  open(): void {
    if (this.#isOpen) return;
    this.#begin.run();
    this.#isOpen = true;
    setImmediate(() => this.flush());
  }

  /** Calls `then` when all that was written up to now is kept: at once, or at the end of the turn. */
  after(then: () => void): void {
    if (this.#isOpen) this.#waiting.push(then);
    else then();
  }

  /** Commits now what is open. */
  flush(): void {
    if (!this.#isOpen) return;
    this.#commit.run();
    this.#isOpen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}
