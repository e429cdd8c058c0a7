/** Above this the room is given back once the body is read. */
const keptBytes = 65_536;

/** Collects a body that arrives in pieces; each is copied, for the socket's buffer is reused. */
export class HttpBody {
  #bytes = Buffer.alloc(0);
  length = 0;

  append(piece: Buffer, at: number, end: number): void {
    const length = this.length + end - at;
    if (length > this.#bytes.length) {
      const bigger = Buffer.allocUnsafe(Math.max(1_024, length, this.#bytes.length * 2));
      this.#bytes.copy(bigger, 0, 0, this.length);
      this.#bytes = bigger;
    }
    piece.copy(this.#bytes, this.length, at, end);
    this.length = length;
  }

  /** What was collected, as text; then empty again. */
  take(): string {
    const text = this.#bytes.toString("utf8", 0, this.length);
    this.clear();
    return text;
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.alloc(0);
  }
}
