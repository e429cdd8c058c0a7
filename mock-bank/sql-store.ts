import Database from "libsql";
import type { ForwardStore, StoredRequest } from "../src/chain/forward-store.ts";
import { Payment } from "../src/chain/payment.ts";
import { isMessageType } from "../src/domain/message-type.ts";

const table = `
  CREATE TABLE IF NOT EXISTS stored (
    number INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    operation INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    activation INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    merchant INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    message TEXT
  )`;

/**
 * What one replica has acknowledged and must still deliver, in SQLite: written before the merchant
 * is told, so that the process may be killed at any time and its successor goes on.
 */
export class SqlStore implements ForwardStore {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #site: string;
  #size = 0;

  constructor(file: string, site: string) {
    this.#site = site;
    this.#database = new Database(file);
    this.#database.exec("PRAGMA busy_timeout = 5000");
    this.#database.exec("PRAGMA journal_mode = WAL");
    this.#database.exec("PRAGMA synchronous = OFF");
    this.#database.exec(table);
    this.#insert = this.#database.prepare(
      "INSERT INTO stored (site, operation, stream, activation, attempt, merchant, amount_minor, message) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#delete = this.#database.prepare("DELETE FROM stored WHERE number = ?");
    this.pending();
  }

  get size(): number {
    return this.#size;
  }

  add(request: Omit<StoredRequest, "number">): StoredRequest {
    const { operation, attempt, messageType } = request;
    const { streamKey, index, merchant, amountMinor } = request.payment;
    const { lastInsertRowid } = this.#insert.run(
      this.#site,
      operation,
      streamKey,
      index,
      attempt,
      merchant,
      amountMinor,
      messageType,
    );
    this.#size += 1;
    return { ...request, number: Number(lastInsertRowid) };
  }

  remove({ number }: StoredRequest): void {
    this.#size -= this.#delete.run(number).changes;
  }

  /** Read anew: another process may have written it meanwhile. */
  pending(): readonly StoredRequest[] {
    // The columns are those of the table above.
    const rows = this.#database
      .prepare("SELECT * FROM stored WHERE site = ? ORDER BY number")
      .all(this.#site) as Row[];
    this.#size = rows.length;
    return rows.map(readRow);
  }

  close(): void {
    this.#database.close();
  }
}

type Row = Readonly<
  Record<
    "number" | "operation" | "stream" | "activation" | "attempt" | "merchant" | "amount_minor",
    number
  >
> & { readonly message: string | null };

function readRow(row: Row): StoredRequest {
  return {
    number: row.number,
    operation: row.operation,
    payment: new Payment(row.stream, row.activation, row.merchant, row.amount_minor),
    attempt: row.attempt,
    messageType: row.message !== null && isMessageType(row.message) ? row.message : null,
  };
}
