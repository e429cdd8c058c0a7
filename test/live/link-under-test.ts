import type { Socket } from "node:net";
import { afterEach, expect } from "vitest";
import type { MessageFate } from "../../src/fault/link-faults.ts";
import type { HttpClient } from "../../src/live/http-client.ts";
import type { FateSource } from "../../src/live/link-fates.ts";
import { LinkProxy } from "../../src/live/link-proxy.ts";
import { monotonicMs, WallClock } from "../../src/live/wall-clock.ts";
import { connect, Listener, listen, type RawServer } from "./http-raw-server.ts";

/** Gives every message the fate that the test wants, and notes what it was asked. */
export class WantedFates implements FateSource {
  readonly asked: string[] = [];
  readonly nowMs: number[] = [];
  readonly #want: (way: number, index: number) => Partial<MessageFate>;
  readonly #fate: MessageFate = { kind: "delivered", delayMs: 0, isDoubled: false };

  constructor(want: (way: number, index: number) => Partial<MessageFate> = () => ({})) {
    this.#want = want;
  }

  decide(
    way: number,
    stream: number,
    index: number,
    attempt: number,
    nowMs: number,
    bytes: number,
  ): MessageFate {
    this.asked.push(`${way === 0 ? "request" : "answer"} ${stream}.${index}.${attempt} ${bytes}`);
    this.nowMs.push(nowMs);
    // The same object each time, as the interface says.
    const untouched = { kind: "delivered", delayMs: 0, isDoubled: false } as const;
    return Object.assign(this.#fate, untouched, this.#want(way, index));
  }
}

/** A fate for the messages of one way alone. */
export const fateOf = (way: "request" | "answer", fate: Partial<MessageFate>) =>
  new WantedFates((it) => (it === (way === "request" ? 0 : 1) ? fate : {}));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

export type Link = {
  readonly proxy: LinkProxy;
  readonly clock: WallClock;
  readonly port: number;
  readonly client: HttpClient;
  readonly heard: Listener;
  readonly bugs: unknown[];
};

/** A link to a port, with a clock that runs, and a client that comes through it. */
export async function linkTo(
  port: number,
  fate: FateSource = new WantedFates(),
  isRunning = true,
): Promise<Link> {
  const clock = new WallClock("timer");
  if (isRunning) clock.start(monotonicMs());
  const bugs: unknown[] = [];
  const targets = [{ host: "127.0.0.1", port }];
  const proxy = new LinkProxy({ clock, fate, targets, onBug: (error) => bugs.push(error) });
  const [endpoint] = await proxy.open();
  cleanups.push(async () => {
    await proxy.close();
    clock.stop();
  });
  if (endpoint === undefined) throw new Error("the proxy opened no port");
  return {
    proxy,
    clock,
    port: endpoint.port,
    client: connect(endpoint.port),
    heard: new Listener(),
    bugs,
  };
}

export const pay = (index: number, body = `{"merchant":${index}}`) =>
  `POST /pay HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
  `content-length: ${Buffer.byteLength(body)}\r\nx-tillstorm-draw: 5.${index}.0\r\n\r\n${body}`;

export const approved = '{"code":"00"}';

export const answerOf = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

export type Bank = RawServer & {
  /** The bodies of the requests that came whole, in order. */
  readonly bodies: string[];
};

/** A server that answers each request with a length, `approved` if not told otherwise. */
export async function listenBank(
  serve: (socket: Socket, body: string, count: number) => void = (socket) =>
    socket.write(answerOf(approved)),
  port = 0,
): Promise<Bank> {
  const bodies: string[] = [];
  const server = await listen((socket) => {
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (;;) {
        const bodyAt = text.indexOf("\r\n\r\n") + 4;
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (bodyAt < 4 || text.length < bodyAt + length) return;
        const body = text.slice(bodyAt, bodyAt + length);
        text = text.slice(bodyAt + length);
        bodies.push(body);
        serve(socket, body, bodies.length);
      }
    });
  }, port);
  return Object.assign(server, { bodies });
}

/** Looks often: a message is under way for some tens of milliseconds. */
export function poll<T>(look: () => T) {
  return expect.poll(look, { interval: 1, timeout: 20_000 });
}
