import type Database from "libsql";
import type { Ledger } from "../src/chain/ledger.ts";
import { openPostings } from "../src/live/posting-store.ts";

/** A bank's ledger in SQLite, shared by its replicas: the primary key is what posts only once. */
export class SqlLedger implements Ledger {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;
  readonly #select: Database.Statement;
  readonly #replica: number;

  constructor(file: string, replica: number) {
    this.#database = openPostings(file);
    this.#replica = replica;
    this.#insert = this.#database.prepare("INSERT OR IGNORE INTO postings VALUES (?, ?, ?, ?, ?)");
    this.#select = this.#database.prepare("SELECT 1 FROM postings WHERE stream = ? AND number = ?");
  }

  post(streamKey: number, index: number, amountMinor: number, nowMs: number): boolean {
    return this.#insert.run(streamKey, index, amountMinor, nowMs, this.#replica).changes === 1;
  }

  has(streamKey: number, index: number): boolean {
    return this.#select.get(streamKey, index) !== undefined;
  }

  close(): void {
    this.#database.close();
  }
}
