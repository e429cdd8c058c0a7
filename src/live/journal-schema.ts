/**
 * Tables of a service's journals. Amounts in minor units, instants in ms of the run.
 *
 * `transfers` is double entry: a row takes an amount from one account and gives it to another. Rows
 * are only ever added, and the triggers hold whoever writes to that. They also close a key for good:
 * once it is reversed or barred, no credit is posted under it. Since SQLite runs a statement and its
 * triggers as one, a credit and a reversal that race in two processes cannot both miss the other.
 *
 *   credit    from `payers` to `merchant:<n>`; sequence 0, and on from there if posted again
 *   reversal  the opposite of the credit of that sequence
 *   bar       moves nothing: a reversal came before its credit, and keeps it from being posted
 *
 * `book` is what an operator knows: `state` by its own calls, `corrected` by what the bank answered to
 * an upload. `batch` is that of the bank; -1: none was named.
 */
export const journalTables = `
  CREATE TABLE IF NOT EXISTS transfers (
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    debit_account TEXT NOT NULL,
    credit_account TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    at_ms REAL NOT NULL,
    replica INTEGER NOT NULL,
    PRIMARY KEY (stream, number, kind, sequence)
  ) WITHOUT ROWID;

  CREATE TRIGGER IF NOT EXISTS closed_keys_take_no_credit BEFORE INSERT ON transfers
  WHEN new.kind = 'credit' AND EXISTS (
    SELECT 1 FROM transfers
    WHERE stream = new.stream AND number = new.number AND kind <> 'credit'
  )
  BEGIN SELECT RAISE(IGNORE); END;

  CREATE TRIGGER IF NOT EXISTS transfers_do_not_change BEFORE UPDATE ON transfers
  BEGIN SELECT RAISE(ABORT, 'a transfer never changes'); END;

  CREATE TRIGGER IF NOT EXISTS transfers_do_not_vanish BEFORE DELETE ON transfers
  BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;

  CREATE TABLE IF NOT EXISTS book (
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    merchant INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    state TEXT NOT NULL,
    batch INTEGER NOT NULL,
    asked_at_ms REAL NOT NULL,
    corrected TEXT,
    found_at_ms REAL,
    PRIMARY KEY (stream, number)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS book_by_batch ON book (batch) WHERE batch >= 0;
  CREATE INDEX IF NOT EXISTS open_book ON book (asked_at_ms)
  WHERE state IN ('unknown', 'stored') AND corrected IS NULL;

  CREATE TABLE IF NOT EXISTS closings (
    batch INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    totals_sent_at_ms REAL NOT NULL,
    closed_at_ms REAL,
    uploaded_count INTEGER NOT NULL,
    found_count INTEGER NOT NULL,
    found_minor INTEGER NOT NULL
  );

  CREATE TABLE IF NOT EXISTS notices (
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    heard_at_ms REAL NOT NULL,
    PRIMARY KEY (stream, number)
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS used_links (
    nonce_stream INTEGER NOT NULL,
    nonce_number INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (nonce_stream, nonce_number)
  ) WITHOUT ROWID;`;
