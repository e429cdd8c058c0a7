import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach } from "vitest";
import { HttpClient, type HttpClientOptions } from "../../src/live/http-client.ts";
import type { HttpWaiter } from "../../src/live/http-connection.ts";
import type { HttpHeaders } from "../../src/live/http-head.ts";

/** Gives the waiter's calls as a list, and lets a test wait for the next one. */
export class Listener implements HttpWaiter {
  readonly heard: string[] = [];
  readonly sentTickets: number[] = [];
  onAnswer: (ticket: number) => void = () => {};
  #wake: () => void = () => {};

  answered(ticket: number, status: number, _headers: HttpHeaders, body: string): void {
    this.#hear(`${ticket}: ${status} ${body}`);
    this.onAnswer(ticket);
  }
  broke(ticket: number, reason: string): void {
    this.#hear(`${ticket}: ${reason}`);
  }
  sent(ticket: number): void {
    this.sentTickets.push(ticket);
  }
  async count(wanted: number): Promise<readonly string[]> {
    while (this.heard.length < wanted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.heard;
  }
  #hear(what: string): void {
    this.heard.push(what);
    this.#wake();
  }
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

export type RawServer = { port: number; sockets: Socket[]; stop(): Promise<void> };

/** A server that does what it is told with each socket. Errors on its side are the test's wish. */
export async function listen(
  serve: (socket: Socket, index: number) => void,
  port = 0,
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
    serve(socket, sockets.length - 1);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  cleanups.push(() => void stop());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  return { port: address.port, sockets, stop };
}

/** Calls back with the path of each whole request; the requests here have no body. */
export function onRequest(socket: Socket, serve: (path: string) => void): void {
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString();
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      const path = text.split(" ")[1] ?? "";
      text = text.slice(end + 4);
      serve(path);
    }
  });
}

export function connect(port: number, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({ host: "127.0.0.1", port, ...options });
  cleanups.push(() => client.close());
  return client;
}

export const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
export const ok = (body: string, fields = "") =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
export const echo = (socket: Socket) => onRequest(socket, (path) => socket.write(ok(path)));
