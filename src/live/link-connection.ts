import { connect, type Socket } from "node:net";
import { Way } from "../fault/link-effects.ts";
import { noTicket, type Ticket, type Timed } from "../kernel/clock.ts";
import type { DrawKey } from "./draw-key.ts";
import { type LinkFates, untouched } from "./link-fates.ts";
import { damaged } from "./message-damage.ts";
import { MessageFramer } from "./message-framer.ts";
import { codeOf, isExhaustion, tear } from "./socket-ends.ts";
import type { WallClock } from "./wall-clock.ts";

/** What a connection needs of the proxy. */
export interface LinkSide {
  readonly clock: WallClock;
  readonly fates: LinkFates;
  readonly target: { readonly host: string; readonly port: number };
  /** Sends a second copy of a request. */
  double(request: Buffer): void;
  /** The target has refused, or has ended a connection that could have gone on. */
  refused(): void;
  ended(): void;
  /** This machine cannot open a connection: not the target's fault. */
  exhausted(error: Error): void;
  left(connection: LinkConnection): void;
}

type Stage =
  /** The next request begins an exchange. */
  | "idle"
  /** A request is under way to the server. */
  | "asking"
  /** The server has the request. */
  | "asked"
  /** An answer is under way to the client. */
  | "answering"
  /** A message of the exchange was lost: the client waits until it gives up. */
  | "silent"
  /** What passes are no messages, or the server has hung up: bytes and ends pass as they come. */
  | "tunnel"
  | "left";

/** Bytes ahead of their turn; with more than this a socket is read no further until then. */
const aheadMaxBytes = 65_536;

/**
 * One client's connection through the link and the one to the server that belongs to it. One
 * exchange at a time: a request, then its answer. A message is held until it is whole, then does
 * what its fate says.
 *
 * What is under way is not called back, as in the simulator. When the client gives up, its request
 * still reaches the server, is worked on, and its answer still takes its way, to nobody. A request
 * reaches the server over a new connection if it has closed the idle one meanwhile. An answer
 * reaches the client though the server has hung up behind it. Between exchanges one side's end is
 * the other's.
 */
export class LinkConnection implements Timed {
  readonly #side: LinkSide;
  readonly #client: Socket;
  #server: Socket | undefined;
  readonly #requests = new MessageFramer("request");
  readonly #answers = new MessageFramer("answer");
  #stage: Stage = "idle";
  #key: DrawKey = { streamKey: 0, index: 0, attempt: 0 };
  /** The message that is under way, and when it arrives. */
  #message: Buffer | undefined;
  #ticket: Ticket = noTicket;
  #isReset = false;
  #isDoubled = false;
  /** The answer will complain of a damaged request: it passes, and the caller knows at once. */
  #isComplaint = false;
  /** The client has said that it sends no more. */
  #hasClientEnded = false;
  /** Nothing more comes from the server on this connection. */
  #hasServerEnded = false;
  /** The last answer has said that the server would close the connection. */
  #isEndAnnounced = false;

  constructor(side: LinkSide, client: Socket) {
    this.#side = side;
    this.#client = client;
    client
      .on("data", (bytes) => this.#clientSent(bytes))
      .on("end", () => this.#clientEnded())
      .on("drain", () => this.#drained())
      .on("error", () => {}) // The close behind it says so too.
      .on("close", (hadError) => this.#clientClosed(hadError));
    this.#server = this.#connect();
  }

  /** Closes both sides, whatever is under way. */
  destroy(): void {
    this.#client.destroy();
    this.#server?.destroy();
    this.#leave();
  }

  /** The message that is under way arrives. */
  fire(way: number): void {
    this.#ticket = noTicket;
    const message = this.#message;
    this.#message = undefined;
    if (this.#isReset || message === undefined) this.#reset();
    else if (way === Way.ask) this.#deliverRequest(message);
    else this.#deliverAnswer(message);
  }

  #leave(): void {
    if (this.#stage === "left") return;
    this.#stage = "left";
    this.#side.clock.cancel(this.#ticket);
    this.#message = undefined;
    this.#side.left(this);
  }

  #connect(): Socket {
    const { host, port } = this.#side.target;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    let reason: Error | undefined;
    const isOurs = () => this.#server === server;
    server
      .on("data", (bytes) => isOurs() && this.#serverSent(bytes))
      .on("end", () => isOurs() && this.#serverEnded())
      .on("drain", () => isOurs() && this.#drained())
      .on("error", (error) => {
        reason = error;
      })
      .on("close", () => isOurs() && this.#serverClosed(reason));
    this.#hasServerEnded = false;
    return server;
  }

  #clientSent(bytes: Buffer): void {
    if (this.#stage === "silent" || this.#stage === "tunnel" || this.#stage === "left") return;
    this.#requests.push(bytes);
    if (this.#stage === "idle") this.#nextRequest();
    else if (this.#requests.heldBytes > aheadMaxBytes) this.#client.pause();
  }

  #nextRequest(): void {
    if (this.#client.writableNeedDrain || this.#server?.writableNeedDrain) return;
    const requests = this.#requests;
    switch (requests.scan()) {
      case "unframed":
        this.#tunnel();
        return;
      case "more":
        if (this.#hasClientEnded) this.#tunnel();
        else if (this.#client.isPaused()) this.#client.resume();
        return;
      case "message": {
        this.#key = this.#side.fates.keyOf(requests.drawKey);
        this.#answers.answersHead = requests.isHead;
        const { bodyAt } = requests;
        this.#travel(Way.ask, requests.take(), bodyAt);
      }
    }
  }

  #nextAnswer(progress: ReturnType<MessageFramer["scan"]>): void {
    if (progress === "more") return;
    if (progress === "unframed") {
      this.#tunnel();
      return;
    }
    const { bodyAt, keepsAlive } = this.#answers;
    this.#isEndAnnounced = !keepsAlive;
    this.#travel(Way.answer, this.#answers.take(), bodyAt);
  }

  /** A whole message sets out. */
  #travel(way: Way, message: Buffer, bodyAt: number): void {
    const { clock, fates } = this.#side;
    const fate = this.#isComplaint ? untouched : fates.decide(way, this.#key, message.length);
    const { kind, delayMs, isDoubled } = fate;
    if (kind === "lost") {
      this.#lose();
      return;
    }
    this.#stage = way === Way.ask ? "asking" : "answering";
    this.#isReset = kind === "reset";
    this.#isDoubled = isDoubled;
    this.#isComplaint = kind === "corrupted" && way === Way.ask;
    this.#message = kind === "corrupted" ? damaged(message, bodyAt) : message;
    if (delayMs > 0) this.#ticket = clock.timer(clock.nowMs() + delayMs, this, way);
    else this.fire(way);
  }

  /** The client hears nothing more, so the server's side is of no more use. */
  #lose(): void {
    this.#stage = "silent";
    this.#dropServer();
    this.#client.resume();
    if (this.#hasClientEnded || this.#client.destroyed) this.destroy();
  }

  #reset(): void {
    tear(this.#client);
    if (this.#server !== undefined) tear(this.#server);
    this.destroy();
  }

  #deliverRequest(request: Buffer): void {
    this.#stage = "asked";
    this.#isEndAnnounced = false;
    this.#server ??= this.#connect();
    this.#server.write(request);
    if (this.#isDoubled) this.#side.double(request);
  }

  #deliverAnswer(answer: Buffer): void {
    if (this.#client.destroyed) {
      this.destroy(); // Nobody waits for it any more.
      return;
    }
    this.#client.write(answer);
    this.#stage = "idle";
    // Bytes behind an answer answer nothing; and no request can follow where the server has ended.
    if (this.#hasServerEnded || this.#answers.heldBytes > 0) this.#tunnel();
    else this.#nextRequest();
  }

  #serverSent(bytes: Buffer): void {
    switch (this.#stage) {
      case "asked":
        this.#answers.push(bytes);
        this.#nextAnswer(this.#answers.scan());
        return;
      case "answering":
        this.#answers.push(bytes);
        if (this.#answers.heldBytes > aheadMaxBytes) this.#server?.pause();
        return;
      case "idle":
        this.#answers.push(bytes);
        this.#tunnel();
        return;
      case "asking": // It cannot mean this request: a 408 ahead of a close.
      case "silent":
      case "tunnel":
      case "left":
        return;
    }
  }

  /** From now on bytes and ends pass as they come, and first those that were held. */
  #tunnel(): void {
    this.#stage = "tunnel";
    const client = this.#client;
    const server = this.#server;
    if (client.destroyed) {
      this.destroy();
      return;
    }
    if (this.#requests.heldBytes > 0) server?.write(this.#requests.takeAll());
    if (this.#answers.heldBytes > 0) client.write(this.#answers.takeAll());
    if (server === undefined) client.end();
    else {
      client.pipe(server);
      server.pipe(client);
    }
  }

  #drained(): void {
    if (this.#stage === "idle") this.#nextRequest();
  }

  #clientEnded(): void {
    this.#hasClientEnded = true;
    if (this.#stage === "idle") this.#nextRequest();
    else if (this.#stage === "silent") this.destroy();
  }

  #clientClosed(hadError: boolean): void {
    if (this.#stage === "asking" || this.#stage === "asked" || this.#stage === "left") return;
    const server = this.#server;
    this.#leave();
    if (server === undefined) return;
    if (hadError) tear(server);
    else server.destroySoon(); // It may have bytes of the client's still to take.
  }

  #serverEnded(): void {
    this.#hasServerEnded = true;
    if (!this.#isEndAnnounced && !this.#hasClientEnded) this.#side.ended();
    switch (this.#stage) {
      case "idle":
        this.#tunnel();
        return;
      case "asking":
        this.#dropServer();
        return;
      case "asked":
        if (this.#answers.finish() === "message") this.#nextAnswer("message");
        else this.#tunnel();
        return;
      case "answering":
      case "silent":
      case "tunnel":
      case "left":
        return;
    }
  }

  /** @param reason - Absent where both sides had ended. */
  #serverClosed(reason: Error | undefined): void {
    this.#server = undefined;
    this.#hasServerEnded = true;
    if (reason !== undefined) this.#tell(reason);
    if (this.#stage === "asking" || this.#stage === "answering") return;
    if (reason === undefined) this.#client.end();
    else this.#reset();
  }

  #tell(reason: Error): void {
    if (codeOf(reason) === "ECONNREFUSED") this.#side.refused();
    else if (isExhaustion(reason)) this.#side.exhausted(reason);
    else this.#side.ended();
  }

  #dropServer(): void {
    const server = this.#server;
    this.#server = undefined;
    server?.destroy();
  }
}
