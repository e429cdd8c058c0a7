/** Lines on a terminal are rewritten this often, elsewhere they are added this often. [ms] */
const terminalEveryMs = 100;
const logEveryMs = 5_000;

/** Says on stderr how far a long command is. On a terminal one line that changes, else few lines. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #isQuiet: boolean;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #hasLine = false;

  constructor(isQuiet: boolean, stream: NodeJS.WriteStream = process.stderr) {
    this.#isQuiet = isQuiet;
    this.#stream = stream;
  }

  /** Shows `text` as the present state, unless the last one is too fresh. */
  update(text: string): void {
    if (this.#isQuiet) return;
    const nowMs = performance.now();
    const everyMs = this.#stream.isTTY ? terminalEveryMs : logEveryMs;
    if (nowMs - this.#shownAtMs < everyMs) return;
    this.#shownAtMs = nowMs;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${text.slice(0, Math.max(20, this.#stream.columns - 1))}`);
      this.#hasLine = true;
    } else this.#stream.write(`${text}\n`);
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.#isQuiet) return;
    this.clear();
    this.#stream.write(`${text}\n`);
  }

  /** Wipes the line that changes, before something else is printed. */
  clear(): void {
    if (this.#hasLine) this.#stream.write("\r\u001b[K");
    this.#hasLine = false;
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
  }
}
