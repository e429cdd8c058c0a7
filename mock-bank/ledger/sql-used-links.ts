import type Database from "libsql";
import { usedBeforeStream } from "../../src/chain/journals.ts";
import type { UsedLinks } from "../../src/domain/credentials.ts";
import type { GroupCommit } from "./group-commit.ts";

/** Which links were used, in SQLite: of all replicas that race for a link, the primary key lets one in. */
export class SqlUsedLinks implements UsedLinks {
  readonly #commit: GroupCommit;
  readonly #use: Database.Statement;
  readonly #user: Database.Statement;

  constructor(database: Database.Database, commit: GroupCommit) {
    this.#commit = commit;
    this.#use = database.prepare(
      "INSERT INTO used_links VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#user = database.prepare(userQuery);
  }

  use(nonceStream: number, nonceIndex: number, streamKey: number, index: number): boolean {
    if (nonceStream === usedBeforeStream) return false;
    this.#commit.open();
    const row = [nonceStream, nonceIndex, streamKey, index];
    return this.#use.run(row).changes > 0 || this.#user.get(row) !== undefined;
  }
}

const userQuery = `
  SELECT 1 FROM used_links
  WHERE nonce_stream = ? AND nonce_number = ? AND stream = ? AND number = ?`;
