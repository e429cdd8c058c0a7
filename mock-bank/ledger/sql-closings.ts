import type Database from "libsql";
import type { Closings } from "../../src/chain/closings.ts";
import type { Closing } from "../../src/domain/closing.ts";
import type { GroupCommit } from "./group-commit.ts";

/** How the batches of an operator were closed, in SQLite: they outlive the process that closed them. */
export class SqlClosings implements Closings {
  readonly #commit: GroupCommit;
  readonly #insert: Database.Statement;
  readonly #next: Database.Statement;

  constructor(database: Database.Database, commit: GroupCommit) {
    this.#commit = commit;
    this.#insert = database.prepare("INSERT INTO closings VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#next = database.prepare("SELECT coalesce(max(batch) + 1, 0) FROM closings").raw();
  }

  next(): number {
    const row = this.#next.get();
    return Array.isArray(row) ? Number(row[0]) : 0;
  }

  write(it: Closing): void {
    this.#commit.open();
    this.#insert.run([
      ...[it.batch, it.state, it.totalMinor, it.totalsSentAtMs, it.closedAtMs],
      ...[it.uploadedCount, it.foundCount, it.foundMinor],
    ]);
  }
}
