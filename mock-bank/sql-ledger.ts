import type Database from "libsql";
import { type Ledger, MemoryLedger } from "../src/chain/ledger.ts";
import type { ReplicaConfig } from "../src/live/messages.ts";
import { openPostings } from "../src/live/posting-store.ts";

/** The ledger of a service: durable where it posts, and a mere formality where it does not. */
export function openLedger({ scenario, service, ledgerFile, number }: ReplicaConfig): Ledger {
  const posts = Object.values(scenario.services[service]?.stages ?? {}).some((it) => it.posts);
  return posts ? new SqlLedger(ledgerFile, number) : new MemoryLedger();
}

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
