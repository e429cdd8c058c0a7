import Database from "libsql";

/** Rows of a ledger's database. One file a service, shared by the processes of its replicas. */
const postingsTable = `
  CREATE TABLE IF NOT EXISTS postings (
    stream INTEGER NOT NULL,
    number INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    credited_at_ms REAL NOT NULL,
    replica INTEGER NOT NULL,
    PRIMARY KEY (stream, number)
  ) WITHOUT ROWID`;

/**
 * Opens the database of a ledger. Write-ahead logging lets replicas read while one writes; without
 * fsync a killed process still loses nothing that it committed, only a dead machine would.
 */
export function openPostings(file: string): Database.Database {
  const database = new Database(file);
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = OFF");
  database.exec(postingsTable);
  return database;
}

/**
 * Creates the database before anyone shares it. Two who switch a new file to write-ahead logging at
 * the same time may both hold what the other waits for: SQLite then fails one of them at once.
 */
export function createPostings(file: string): void {
  openPostings(file).close();
}
