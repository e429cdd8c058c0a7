import assert from "node:assert/strict";
import type Database from "libsql";
import type { SettlementSpec } from "../../src/chain/bank-spec.ts";
import type { Ledger, Posted, Reversed } from "../../src/chain/ledger.ts";
import type { GroupCommit } from "./group-commit.ts";
import { RecentKeys } from "./recent-keys.ts";

/**
 * A bank's ledger in SQLite, shared by its replicas. Posting and reversing are one statement each,
 * committed with all others of the same turn of the event loop. What changed nothing is looked into with a second one: rows
 * never change and never vanish, so the reason that it finds holds for good.
 *
 * For the same reason a credit that this process posted may be remembered as posted, which spares
 * every answer a query. Whether it still stands may not: another process may have reversed it.
 */
export class SqlLedger implements Ledger {
  readonly #post: Database.Statement;
  readonly #postAgain: Database.Statement;
  readonly #reverse: Database.Statement;
  readonly #credit: Database.Statement;
  readonly #posted = new RecentKeys();
  readonly #replica: number;
  readonly #commit: GroupCommit;

  readonly #settlement: SettlementSpec | null;
  readonly #batch: Database.Statement;

  constructor(
    database: Database.Database,
    replica: number,
    commit: GroupCommit,
    settlement: SettlementSpec | null = null,
  ) {
    this.#settlement = settlement;
    this.#batch = database.prepare(batchQuery).raw();
    this.#commit = commit;
    this.#replica = replica;
    this.#post = database.prepare(postStatement);
    this.#postAgain = database.prepare(postAgainStatement);
    this.#reverse = database.prepare(reverseStatement);
    this.#credit = database.prepare(creditQuery).raw();
  }

  post(
    streamKey: number,
    index: number,
    merchant: number,
    amountMinor: number,
    nowMs: number,
    isProtected: boolean,
  ): Posted {
    const statement = isProtected ? this.#post : this.#postAgain;
    const account = `merchant:${merchant}`;
    // One array is bound as it stands; several arguments would be copied and flattened first.
    const row = [streamKey, index, account, amountMinor, nowMs, this.#replica];
    this.#commit.open();
    if (statement.run(row).changes === 0) {
      return this.#whyNot(streamKey, index, amountMinor, isProtected);
    }
    // Unprotected, it may not be the first of its key.
    this.#posted.add(streamKey, index, isProtected ? nowMs : Number.NaN);
    return "posted";
  }

  reverse(streamKey: number, index: number, nowMs: number): Reversed {
    this.#commit.open();
    const { changes } = this.#reverse.run([streamKey, index, nowMs, this.#replica]);
    // The key is closed now: a credit that is found was there before.
    if (this.#find(streamKey, index) === undefined) return "unknown";
    return changes > 0 ? "reversed" : "again";
  }

  has(streamKey: number, index: number): boolean {
    return this.#posted.has(streamKey, index) || this.#find(streamKey, index) !== undefined;
  }

  stands(streamKey: number, index: number): boolean {
    return this.#find(streamKey, index)?.isReversed === false;
  }

  postedAtMs(streamKey: number, index: number): number {
    const recentMs = this.#posted.postedAtMs(streamKey, index);
    return Number.isNaN(recentMs)
      ? (this.#find(streamKey, index)?.postedAtMs ?? Number.NaN)
      : recentMs;
  }

  /** Reads every row: once for each batch. */
  batchMinor(batch: number): number {
    if (this.#settlement === null) return 0;
    const { every } = this.#settlement;
    const row = this.#batch.get([batch * every, (batch + 1) * every]);
    return Array.isArray(row) ? Number(row[0]) : 0;
  }

  #whyNot(streamKey: number, index: number, amountMinor: number, isProtected: boolean): Posted {
    const credit = this.#find(streamKey, index);
    if (credit === undefined || credit.isReversed) return "refused";
    assert(isProtected, "a credit stood in the way of an unprotected posting");
    return credit.amountMinor === amountMinor ? "stood" : "other-amount";
  }

  /** The first credit of a key. */
  #find(streamKey: number, index: number): Credit | undefined {
    const row = this.#credit.get([streamKey, index]);
    return Array.isArray(row)
      ? { amountMinor: Number(row[0]), isReversed: row[1] === 1, postedAtMs: Number(row[2]) }
      : undefined;
  }
}

type Credit = {
  readonly amountMinor: number;
  readonly isReversed: boolean;
  readonly postedAtMs: number;
};

// The primary key lets a credit in once, and a trigger refuses it where the key is closed.
const postStatement = `
  INSERT INTO transfers VALUES (?1, ?2, 'credit', 0, 'payers', ?3, ?4, ?5, ?6)
  ON CONFLICT DO NOTHING`;

const postAgainStatement = `
  INSERT INTO transfers VALUES (
    ?1, ?2, 'credit',
    (
      SELECT coalesce(max(sequence) + 1, 0) FROM transfers
      WHERE stream = ?1 AND number = ?2 AND kind = 'credit'
    ),
    'payers', ?3, ?4, ?5, ?6
  )`;

// Closes the key: with the opposite of each of its credits, or with a bar where there is none.
const reverseStatement = `
  INSERT INTO transfers
  SELECT stream, number, 'reversal', sequence, credit_account, debit_account, amount_minor, ?3, ?4
  FROM transfers
  WHERE stream = ?1 AND number = ?2 AND kind = 'credit'
  UNION ALL
  SELECT ?1, ?2, 'bar', 0, 'payers', 'payers', 0, ?3, ?4
  WHERE NOT EXISTS (
    SELECT 1 FROM transfers WHERE stream = ?1 AND number = ?2 AND kind = 'credit'
  )
  ON CONFLICT DO NOTHING`;

// All credits of a key belong to the batch of its first one; a reversal takes all of them back.
const batchQuery = `
  SELECT coalesce(sum((
    SELECT sum(CASE kind WHEN 'credit' THEN amount_minor WHEN 'reversal' THEN -amount_minor END)
    FROM transfers AS own
    WHERE own.stream = first.stream AND own.number = first.number
  )), 0)
  FROM transfers AS first
  WHERE kind = 'credit' AND sequence = 0 AND at_ms >= ?1 AND at_ms < ?2`;

const creditQuery = `
  SELECT amount_minor, EXISTS (
    SELECT 1 FROM transfers WHERE stream = ?1 AND number = ?2 AND kind = 'reversal'
  ), at_ms
  FROM transfers
  WHERE stream = ?1 AND number = ?2 AND kind = 'credit' AND sequence = 0`;
