import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { RunError } from "../../src/kernel/errors.ts";
import type { HttpClientOptions } from "../../src/live/http-client.ts";
import { connect, echo, get, Listener, listen, ok, onRequest } from "./http-raw-server.ts";

/** What a request comes to when every connection is served like this. */
async function ask(serve: (socket: Socket) => void, options: Partial<HttpClientOptions> = {}) {
  const { port } = await listen((socket) => onRequest(socket, () => serve(socket)));
  const listener = new Listener();
  const client = connect(port, options);
  client.send(get("/"), listener, 7);
  const [heard] = await listener.count(1);
  expect(listener.sentTickets).toEqual([7]);
  return heard;
}

describe("a server that misbehaves", () => {
  it.each([
    { why: "closes at once", serve: (it: Socket) => it.end(), to: "7: closed" },
    { why: "resets", serve: (it: Socket) => it.resetAndDestroy(), to: "7: reset" },
    {
      why: "closes within the head",
      serve: (it: Socket) => it.end("HTTP/1.1 200"),
      to: "7: malformed",
    },
    {
      why: "closes within the body",
      serve: (it: Socket) => it.end(ok("hello").slice(0, -1)),
      to: "7: malformed",
    },
    { why: "talks garbage", serve: (it: Socket) => it.write("\0\x01garbage"), to: "7: malformed" },
    {
      why: "says too much",
      serve: (it: Socket) => it.write(ok("hello") + ok("again")),
      to: "7: malformed",
    },
    {
      why: "has an endless head",
      serve: (it: Socket) => it.write(`HTTP/1.1 200 OK\r\nA: ${"b".repeat(20_000)}`),
      to: "7: too-large",
    },
    {
      why: "has a huge body",
      serve: (it: Socket) => it.write("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"),
      to: "7: too-large",
    },
  ])("that $why breaks the request", async ({ serve, to }) => {
    expect(await ask(serve)).toBe(to);
  });

  it("that resets within the body breaks the request", async () => {
    const half = ok("hello").slice(0, -1);
    const heard = await ask((socket) =>
      socket.write(half, () => setImmediate(() => socket.resetAndDestroy())),
    );
    // Where both come at once, libuv reports the reset behind the bytes as a plain end.
    expect(["7: reset", "7: malformed"]).toContain(heard);
  });

  it("that dribbles is heard out", async () => {
    const heard = await ask((socket) => {
      socket.setNoDelay(true);
      const bytes = Buffer.from(ok("到账", "A: b\r\n"));
      let at = 0;
      const dribble = () => {
        socket.write(bytes.subarray(at, at + 1));
        at += 1;
        if (at < bytes.length) setImmediate(dribble);
      };
      dribble();
    });
    expect(heard).toBe("7: 200 到账");
  });

  it("that answers until the close is heard out", async () => {
    expect(await ask((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nall of it"))).toBe(
      "7: 200 all of it",
    );
  });

  it("that sends a large answer in many pieces is heard out", async () => {
    const body = "x".repeat(500_000);
    expect(await ask((socket) => socket.write(ok(body)))).toBe(`7: 200 ${body}`);
  });

  it("that does not listen refuses", async () => {
    const { port, stop } = await listen(() => {});
    await stop();
    const client = connect(port);
    const listener = new Listener();
    client.send(get("/"), listener, 1);
    expect(listener.heard).toEqual([]);
    expect(await listener.count(1)).toEqual(["1: refused"]);
    expect(listener.sentTickets).toEqual([]);
    await expect(client.warm(3)).rejects.toThrow(RunError);
  });

  it("that restarts is served again by new connections", async () => {
    const first = await listen(echo);
    const client = connect(first.port);
    const listener = new Listener();
    client.send(get("/1"), listener, 1);
    await listener.count(1);
    const [socket] = first.sockets;
    const closed = socket === undefined ? undefined : once(socket, "close");
    await first.stop();
    await closed;
    await expect.poll(() => client.stats).toMatchObject({ idle: 0, open: 0 });
    client.send(get("/2"), listener, 2);
    await listener.count(2);
    await listen(echo, first.port);
    client.send(get("/3"), listener, 3);
    expect(await listener.count(3)).toEqual(["1: 200 /1", "2: refused", "3: 200 /3"]);
  });
});

describe("a request that is given up", () => {
  it("is never heard of again, and frees its place", async () => {
    const { port, sockets } = await listen((socket, index) => {
      if (index > 0) echo(socket);
    });
    const client = connect(port, { maxConnections: 1 });
    const listener = new Listener();
    for (let ticket = 0; ticket < 4; ticket += 1) client.send(get(`/${ticket}`), listener, ticket);
    await expect.poll(() => sockets.length).toBe(1);
    expect(client.abandon(2, listener)).toBe(true);
    expect(client.abandon(0, listener)).toBe(true);
    expect(client.abandon(0, listener)).toBe(false);
    expect(await listener.count(2)).toEqual(["1: 200 /1", "3: 200 /3"]);
    expect(client.stats).toEqual({ opened: 2, open: 1, idle: 1, inFlight: 0, queued: 0 });
  });

  it("with the client closes every connection and tells nobody", async () => {
    const { port, sockets } = await listen(() => {});
    const client = connect(port, { maxConnections: 2 });
    const listener = new Listener();
    for (let ticket = 0; ticket < 4; ticket += 1) client.send(get("/"), listener, ticket);
    await expect.poll(() => sockets.length).toBe(2);
    client.close();
    await expect
      .poll(() => client.stats)
      .toEqual({ opened: 2, open: 0, idle: 0, inFlight: 0, queued: 0 });
    expect(listener.heard).toEqual([]);
    await expect(connectAndClose(port)).rejects.toThrow(RunError);
  });
});

function connectAndClose(port: number): Promise<void> {
  const client = connect(port);
  const isWarm = client.warm(300);
  client.close();
  return isWarm;
}
