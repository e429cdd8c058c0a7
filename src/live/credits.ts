import { openPostings } from "./posting-store.ts";

/** What the ledgers say of one activation. */
export type Credit = { readonly creditedAtMs: number; readonly creditCount: number };

/** Reads the ledgers of a run's services while and after their replicas write them. */
export class Credits {
  readonly #databases: readonly ReturnType<typeof openPostings>[];
  readonly #selects: readonly { get(...parameters: unknown[]): unknown }[];

  constructor(files: readonly string[]) {
    this.#databases = files.map(openPostings);
    this.#selects = this.#databases.map((database) =>
      database.prepare("SELECT credited_at_ms AS at FROM postings WHERE stream = ? AND number = ?"),
    );
  }

  /** The first credit of an activation, and in how many ledgers it stands. */
  find(streamKey: number, index: number): Credit {
    let creditedAtMs = Number.NaN;
    let creditCount = 0;
    for (const select of this.#selects) {
      const row = select.get(streamKey, index);
      if (typeof row !== "object" || row === null || !("at" in row)) continue;
      creditCount += 1;
      if (!(creditedAtMs <= Number(row.at))) creditedAtMs = Number(row.at);
    }
    return { creditedAtMs, creditCount };
  }

  close(): void {
    for (const database of this.#databases) database.close();
  }
}
