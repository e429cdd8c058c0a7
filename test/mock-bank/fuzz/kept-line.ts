import { connect, type Socket } from "node:net";

export type Answer = { readonly status: number; readonly body: string };

/** A connection that is kept: one request at a time, and opened anew when the server ends it. */
export class KeptLine {
  readonly #port: number;
  #socket: Socket | null = null;
  #heard = "";
  #answered: ((answer: Answer) => void) | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a request whose framing is right. Status 0: the server hung up instead. */
  ask(bytes: Uint8Array): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket ??= this.#open();
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#heard += text;
      const answer = answerIn(this.#heard);
      if (answer !== null) this.#tell(answer);
    });
    socket.on("error", () => {}); // Its close follows.
    socket.on("close", () => {
      if (this.#socket !== socket) return; // We left it, and are on another one.
      this.#socket = null;
      this.#tell({ status: 0, body: "" });
    });
    return socket;
  }

  #tell(answer: Answer): void {
    if (/^connection: close\r$/im.test(this.#heard)) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    this.#heard = "";
    const answered = this.#answered;
    this.#answered = null;
    answered?.(answer);
  }
}

/** The answer, once it is there in full. */
function answerIn(heard: string): Answer | null {
  const bodyAt = heard.indexOf("\r\n\r\n") + 4;
  if (bodyAt < 4) return null;
  const length = Number(/^content-length: (\d+)\r$/im.exec(heard)?.[1] ?? 0);
  if (heard.length < bodyAt + length) return null;
  return { status: Number(heard.slice(9, 12)), body: heard.slice(bodyAt, bodyAt + length) };
}

/** What a server says to who asks whether to go on with the body is no answer. */
export function withoutGoOn(heard: string): string {
  return heard.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "");
}

/** After so long without a first byte somebody looks whether there is more to come. */
const silenceMs = 50;

/**
 * Sends any bytes on a connection of their own, and breaks it.
 *
 * @param settle - Called where nothing comes back: is over when an answer would have come.
 * @returns All that came back.
 */
export function sendAlone(
  port: number,
  bytes: Uint8Array,
  settle: () => Promise<unknown>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("latin1");
    const timer = setTimeout(() => {
      settle().then(() => socket.resetAndDestroy(), reject);
    }, silenceMs);
    socket.on("data", (text: string) => {
      heard += text;
      if (answerIn(withoutGoOn(heard)) !== null) socket.resetAndDestroy();
    });
    socket.on("error", () => {}); // The server may hang up while we write.
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(heard);
    });
    socket.write(bytes);
  });
}
