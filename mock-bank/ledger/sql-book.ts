import type Database from "libsql";
import type { OperatorBook } from "../../src/chain/journals.ts";
import type { BookState } from "../../src/domain/payment.ts";
import type { GroupCommit } from "./group-commit.ts";

/** What an operator wrote down of each payment, in SQLite, shared by its replicas. */
export class SqlBook implements OperatorBook {
  readonly #commit: GroupCommit;
  readonly #write: Database.Statement;

  constructor(database: Database.Database, commit: GroupCommit) {
    this.#commit = commit;
    this.#write = database.prepare(writeStatement);
  }

  write(streamKey: number, index: number, amountMinor: number, state: BookState): void {
    this.#commit.open();
    this.#write.run([streamKey, index, amountMinor, state]);
  }
}

// What is known of a payment is not forgotten over a later question that stays open.
const writeStatement = `
  INSERT INTO book VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET amount_minor = excluded.amount_minor, state = excluded.state
  WHERE excluded.state <> 'unknown'`;
