import type Database from "libsql";
import type { NoticeBook } from "../../src/chain/journals.ts";
import type { GroupCommit } from "./group-commit.ts";

/** Which merchants heard of their credit, and when first, in SQLite. */
export class SqlNotices implements NoticeBook {
  readonly #commit: GroupCommit;
  readonly #hear: Database.Statement;

  constructor(database: Database.Database, commit: GroupCommit) {
    this.#commit = commit;
    this.#hear = database.prepare("INSERT INTO notices VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  }

  hear(streamKey: number, index: number, nowMs: number): void {
    this.#commit.open();
    this.#hear.run([streamKey, index, nowMs]);
  }
}
