import assert from "node:assert/strict";
import Database from "libsql";
import { type Closing, closingStates } from "../domain/closing.ts";
import { type BookState, bookStates, type LedgerEntry } from "../domain/payment.ts";
import { journalTables } from "./journal-schema.ts";

/**
 * Opens the journals of a service: one file, shared by the processes of its replicas. Write-ahead
 * logging lets one read while another writes; without fsync a killed process still loses nothing
 * that it committed, only a dead machine would.
 */
export function openJournal(file: string): Database.Database {
  const database = new Database(file);
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = OFF");
  database.exec(journalTables);
  return database;
}

/**
 * Creates the file before anyone shares it. Two who switch a new file to write-ahead logging at
 * the same time may both hold what the other waits for: SQLite then fails one of them at once.
 */
export function createJournal(file: string): void {
  openJournal(file).close();
}

/** The accounts of a ledger, each closed to one balance. Right books have two equal sums. */
export type TrialBalance = {
  /** Sum over the accounts that owe more than they own. */
  readonly debitMinor: number;
  /** Sum over the accounts that own more than they owe. */
  readonly creditMinor: number;
  /** Accounts that money was moved from or to. */
  readonly accounts: number;
  /** Credits and reversals. A bar moves nothing and is none. */
  readonly transfers: number;
};

/** Credits that were not reversed. */
export type Standing = { readonly count: number; readonly amountMinor: number };

/** Reads the journals of one service while and after its replicas write them. */
export class JournalReader {
  readonly #database: Database.Database;
  readonly #entry: Database.Statement;
  readonly #state: Database.Statement;
  readonly #heard: Database.Statement;

  constructor(file: string) {
    this.#database = openJournal(file);
    this.#entry = this.#database.prepare(entryQuery).raw();
    this.#state = this.#database
      .prepare("SELECT state, found_at_ms FROM book WHERE stream = ? AND number = ?")
      .raw();
    this.#heard = this.#database
      .prepare("SELECT heard_at_ms FROM notices WHERE stream = ? AND number = ?")
      .raw();
  }

  ledgerEntry(streamKey: number, index: number): LedgerEntry | undefined {
    const row = rowOf(this.#entry.get(streamKey, index));
    if (row === undefined) return undefined;
    const [postedAtMs, postedCount, amountMinor, reversedAtMs] = row;
    return {
      postedAtMs: numberOr(postedAtMs, Number.NaN),
      postedCount: numberOr(postedCount, 0),
      amountMinor: numberOr(amountMinor, 0),
      reversedAtMs: numberOr(reversedAtMs, Number.NaN),
    };
  }

  bookState(streamKey: number, index: number): BookState | undefined {
    const state = rowOf(this.#state.get(streamKey, index))?.[0];
    return bookStates.find((it) => it === state);
  }

  /** When an upload found the credit; NaN: none did. [ms] */
  foundAtMs(streamKey: number, index: number): number {
    return numberOr(rowOf(this.#state.get(streamKey, index))?.[1], Number.NaN);
  }

  /** How the service closed the batches of its bank, in their order. */
  closings(): readonly Closing[] {
    // The columns are those of the table.
    const rows = this.#database.prepare(closingsQuery).all() as (Omit<Closing, "state"> & {
      readonly state: string;
    })[];
    return rows.map((row) => {
      const state = closingStates.find((it) => it === row.state);
      assert(state !== undefined, `a closing is in a state that there is: ${row.state}`);
      return { ...row, state };
    });
  }

  /** When a notice of the credit was heard first; NaN: never. [ms] */
  heardAtMs(streamKey: number, index: number): number {
    return numberOr(rowOf(this.#heard.get(streamKey, index))?.[0], Number.NaN);
  }

  /** Adds up by account, whatever the keys. Reads every row. */
  trialBalance(): TrialBalance {
    const [debitMinor, creditMinor, accounts, transfers] = this.#figures(trialBalanceQuery);
    return {
      debitMinor: numberOr(debitMinor, 0),
      creditMinor: numberOr(creditMinor, 0),
      accounts: numberOr(accounts, 0),
      transfers: numberOr(transfers, 0),
    };
  }

  /** Adds up by kind, whatever the accounts. Reads every row. */
  standing(): Standing {
    const [count, amountMinor] = this.#figures(standingQuery);
    return { count: numberOr(count, 0), amountMinor: numberOr(amountMinor, 0) };
  }

  close(): void {
    this.#database.close();
  }

  #figures(query: string): readonly unknown[] {
    return rowOf(this.#database.prepare(query).raw().get()) ?? [];
  }
}

// An activation's first credit gives instant and amount, as in `MemoryLedger`.
const entryQuery = `
  SELECT
    max(at_ms) FILTER (WHERE kind = 'credit' AND sequence = 0),
    count(*) FILTER (WHERE kind = 'credit'),
    max(amount_minor) FILTER (WHERE kind = 'credit' AND sequence = 0),
    min(at_ms) FILTER (WHERE kind <> 'credit')
  FROM transfers
  WHERE stream = ? AND number = ?
  GROUP BY stream, number`;

const trialBalanceQuery = `
  WITH moves (account, amount) AS (
    SELECT debit_account, -amount_minor FROM transfers WHERE kind <> 'bar'
    UNION ALL
    SELECT credit_account, amount_minor FROM transfers WHERE kind <> 'bar'
  ),
  balances (amount) AS (SELECT sum(amount) FROM moves GROUP BY account)
  SELECT
    sum(max(-amount, 0)),
    sum(max(amount, 0)),
    count(*),
    (SELECT count(*) FROM transfers WHERE kind <> 'bar')
  FROM balances`;

const closingsQuery = `
  SELECT
    batch, state, total_minor AS totalMinor, totals_sent_at_ms AS totalsSentAtMs,
    closed_at_ms AS closedAtMs, uploaded_count AS uploadedCount, found_count AS foundCount,
    found_minor AS foundMinor
  FROM closings ORDER BY batch`;

const standingQuery = `
  SELECT
    count(*) FILTER (WHERE kind = 'credit') - count(*) FILTER (WHERE kind = 'reversal'),
    coalesce(sum(amount_minor) FILTER (WHERE kind = 'credit'), 0)
      - coalesce(sum(amount_minor) FILTER (WHERE kind = 'reversal'), 0)
  FROM transfers`;

/** What a raw statement found: the columns of one row, or nothing. */
function rowOf(found: unknown): readonly unknown[] | undefined {
  return Array.isArray(found) ? found : undefined;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
