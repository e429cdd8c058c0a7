import type Database from "libsql";
import type { OperatorBook } from "../../src/chain/operator-book.ts";
import type { PaymentDetails, PaymentKey } from "../../src/chain/payment.ts";
import type { BookState } from "../../src/domain/payment.ts";
import type { GroupCommit } from "./group-commit.ts";

/** What an operator wrote down of each payment, in SQLite, shared by its replicas. */
export class SqlBook implements OperatorBook {
  readonly #commit: GroupCommit;
  readonly #write: Database.Statement;
  readonly #total: Database.Statement;
  readonly #upload: Database.Statement;
  readonly #found: Database.Statement;
  readonly #known: Database.Statement;
  readonly #refute: Database.Statement;
  readonly #more: Database.Statement;

  constructor(database: Database.Database, commit: GroupCommit) {
    this.#commit = commit;
    this.#write = database.prepare(writeStatement);
    this.#total = database.prepare(totalQuery).raw();
    this.#upload = database.prepare(uploadQuery).raw();
    this.#found = database.prepare(foundStatement);
    this.#known = database.prepare(knownStatement);
    this.#refute = database.prepare(refuteStatement);
    this.#more = database.prepare(moreQuery).raw();
  }

  write(of: PaymentDetails, state: BookState, batch: number, askedAtMs: number): void {
    const { streamKey, index, merchant, amountMinor } = of;
    this.#commit.open();
    this.#write.run([streamKey, index, merchant, amountMinor, state, batch, askedAtMs]);
  }

  totalMinor(batch: number): number {
    return numbersOf(this.#total.get([batch]))[0] ?? 0;
  }

  toUpload(batch: number, fromMs: number, toMs: number): readonly PaymentDetails[] {
    return this.#upload.all([batch, fromMs, toMs]).map((row) => {
      const [streamKey = 0, index = 0, merchant = 0, amountMinor = 0] = numbersOf(row);
      return { streamKey, index, merchant, amountMinor };
    });
  }

  correct({ streamKey, index }: PaymentKey, batch: number, nowMs: number): boolean {
    this.#commit.open();
    if (batch < 0) {
      this.#refute.run([streamKey, index]);
      return false;
    }
    if (this.#found.run([streamKey, index, batch, nowMs]).changes > 0) return true;
    this.#known.run([streamKey, index, batch]);
    return false;
  }

  hasMore(batch: number, fromMs: number): boolean {
    return numbersOf(this.#more.get([batch, fromMs]))[0] === 1;
  }

  /** Rows stay: only queries end with a batch. */
  closed(): void {}
}

function numbersOf(row: unknown): readonly number[] {
  return Array.isArray(row) ? row.map(Number) : [];
}

// What is known of a payment is not forgotten over a later question that stays open.
const writeStatement = `
  INSERT INTO book VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL)
  ON CONFLICT DO UPDATE SET
    amount_minor = excluded.amount_minor, state = excluded.state, batch = excluded.batch,
    corrected = NULL
  WHERE excluded.state <> 'unknown' AND state <> 'reversed'`;

const isApproved = "coalesce(corrected, state) = 'approved'";
// In these words, which the index has too.
const isOpen = "state IN ('unknown', 'stored') AND corrected IS NULL";

const totalQuery = `
  SELECT coalesce(sum(amount_minor), 0) FROM book
  WHERE batch = ?1 AND batch >= 0 AND ${isApproved}`;

const uploadQuery = `
  SELECT stream, number, merchant, amount_minor FROM book
  WHERE batch = ?1 AND batch >= 0 AND ${isApproved}
  UNION ALL
  SELECT stream, number, merchant, amount_minor FROM book
  WHERE ${isOpen} AND asked_at_ms >= ?2 AND asked_at_ms < ?3`;

const foundStatement = `
  UPDATE book SET corrected = 'approved', batch = ?3, found_at_ms = ?4
  WHERE stream = ?1 AND number = ?2 AND state = 'unknown' AND corrected IS NULL`;

const knownStatement = `
  UPDATE book SET corrected = 'approved', batch = ?3
  WHERE stream = ?1 AND number = ?2 AND (${isApproved} OR ${isOpen})`;

// What is open stays so: it may be on its way.
const refuteStatement = `
  UPDATE book SET corrected = 'declined', batch = -1
  WHERE stream = ?1 AND number = ?2 AND ${isApproved}`;

const moreQuery = `
  SELECT EXISTS (SELECT 1 FROM book WHERE batch >= ?1 AND batch >= 0 AND ${isApproved})
    OR EXISTS (SELECT 1 FROM book WHERE ${isOpen} AND asked_at_ms >= ?2)`;
