import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { type BreakReason, breakReason } from "./http-break.ts";
import type { Listed } from "./http-connection-list.ts";
import type { HttpHeaders } from "./http-head.ts";
import { type HttpLimits, HttpParser, type HttpProgress } from "./http-parser.ts";

/** Whom a request's fate is told. The ticket is the caller's own number for the request. */
export interface HttpWaiter {
  answered(ticket: number, status: number, headers: HttpHeaders, body: string): void;
  broke(ticket: number, reason: BreakReason): void;
  /** The bytes have been handed to the socket: at once, or when a connection was there for them. */
  sent?(ticket: number): void;
}

/** The pool, as its connections see it. */
export interface ConnectionOwner {
  /** May carry a request now. @param keepAliveSeconds - What the server promised; -1: nothing. */
  idled(connection: HttpConnection, keepAliveSeconds: number): void;
  /** Will never carry a request again; its socket is about to close. */
  left(connection: HttpConnection): void;
  /** The socket is closed, its descriptor free again. */
  closed(connection: HttpConnection): void;
  /** Its request has been answered: time to serve those that wait. */
  servedOne(): void;
}

export type ConnectionTarget = Readonly<{ host: string; port: number; limits: HttpLimits }>;

/**
 * What any socket reads lies here for the length of one callback: no buffer is allocated per read.
 * A parser copies what it must keep.
 */
const readBuffer = Buffer.allocUnsafe(65_536);

/** One socket: carries one request at a time, and tells its owner when it can carry the next. */
export class HttpConnection implements Listed<HttpConnection> {
  before: HttpConnection | undefined;
  after: HttpConnection | undefined;
  /** An idle connection older than this is not used again. Kept by the owner. [ms] */
  idleUntilMs = 0;
  /** Kept by the owner. */
  isIdle = false;
  /** Told once, of a connection that is opened ahead: `undefined` when it stands. */
  onConnected: ((reason: BreakReason | undefined) => void) | undefined;
  #waiter: HttpWaiter | undefined;
  #ticket = 0;
  /** The request that waits for the connection to stand. */
  #text: string | undefined;
  #isConnected = false;
  #hasLeft = false;
  readonly #owner: ConnectionOwner;
  readonly #parser: HttpParser;
  readonly #socket: Socket;

  constructor(target: ConnectionTarget, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#parser = new HttpParser(target.limits);
    this.#socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (byteCount) => this.#read(byteCount) },
    });
    this.#socket
      .on("connect", () => this.#connected())
      .on("end", () => this.#ended())
      .on("error", (error) => this.#broke(breakReason(error, this.#isConnected)))
      .on("close", () => {
        this.#broke("closed");
        this.#owner.closed(this);
      });
  }

  carries(ticket: number, waiter: HttpWaiter): boolean {
    return this.#ticket === ticket && this.#waiter === waiter;
  }

  /** Sends a request, as soon as the connection stands. */
  carry(text: string, waiter: HttpWaiter, ticket: number): void {
    assert(this.#waiter === undefined && !this.#hasLeft, "a connection carries one request");
    this.#waiter = waiter;
    this.#ticket = ticket;
    if (this.#isConnected) this.#write(text, waiter);
    else this.#text = text;
  }

  /** Closes the socket and tells no one but the owner. */
  drop(): void {
    this.#waiter = undefined;
    this.#text = undefined;
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#owner.left(this);
    this.#socket.destroy();
  }

  #connected(): void {
    if (this.#hasLeft) return;
    this.#isConnected = true;
    const text = this.#text;
    this.#text = undefined;
    if (text !== undefined && this.#waiter !== undefined) {
      this.#write(text, this.#waiter);
      return;
    }
    this.#owner.idled(this, -1);
    this.onConnected?.(undefined);
    this.onConnected = undefined;
    this.#owner.servedOne();
  }

  #write(text: string, waiter: HttpWaiter): void {
    this.#parser.start(!text.startsWith("HEAD "));
    this.#socket.write(text);
    waiter.sent?.(this.#ticket);
  }

  /** @returns Whether to read on. */
  #read(byteCount: number): boolean {
    if (this.#hasLeft) return false;
    // Bytes on an idle connection answer nothing: most often a 408 ahead of the close.
    if (this.#waiter === undefined) this.drop();
    else this.#settle(this.#waiter, this.#parser.feed(readBuffer, byteCount));
    return !this.#hasLeft;
  }

  /** The server will send no more: an answer that lasts until the close is whole now. */
  #ended(): void {
    if (this.#waiter === undefined) this.drop();
    else this.#settle(this.#waiter, this.#parser.finish());
  }

  #settle(waiter: HttpWaiter, progress: HttpProgress | "closed"): void {
    if (progress === "more") return;
    if (progress !== "answered") {
      this.#broke(progress);
      return;
    }
    const { status, headers, body, keepsAlive, keepAliveSeconds } = this.#parser;
    // An answer ahead of the whole request: the server may not read the rest of it.
    const isReusable = keepsAlive && this.#socket.writableLength === 0;
    this.#waiter = undefined;
    // First idle, so that the waiter's next request can take this connection; then told at once;
    // and only then the queue, whose writes would make this answer look later than it was.
    if (isReusable) this.#owner.idled(this, keepAliveSeconds);
    else this.drop();
    waiter.answered(this.#ticket, status, headers, body);
    this.#owner.servedOne();
  }

  #broke(reason: BreakReason): void {
    const waiter = this.#waiter;
    const ticket = this.#ticket;
    this.drop();
    this.onConnected?.(reason);
    this.onConnected = undefined;
    waiter?.broke(ticket, reason);
  }
}
