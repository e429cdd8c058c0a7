import { describe, expect, it } from "vitest";
import { connect, echo, get, Listener, listen, ok, onRequest } from "./http-raw-server.ts";

describe("keep-alive", () => {
  it("carries request after request on one connection", async () => {
    const { port, sockets } = await listen(echo);
    const client = connect(port);
    const listener = new Listener();
    // The next request goes out from within the answer to the last: the connection is free by then.
    listener.onAnswer = (ticket) => {
      if (ticket < 100) client.send(get(`/${ticket + 1}`), listener, ticket + 1);
    };
    client.send(get("/1"), listener, 1);
    await listener.count(100);
    expect(listener.heard.at(-1)).toBe("100: 200 /100");
    expect(sockets.length).toBe(1);
    expect(client.stats).toEqual({ opened: 1, open: 1, idle: 1, inFlight: 0, queued: 0 });
  });

  it("uses the connection that fell idle last, so that the others can age", async () => {
    let nowMs = 0;
    const { port, sockets } = await listen((socket, index) =>
      onRequest(socket, () => socket.write(ok(`by ${index}`))),
    );
    const client = connect(port, { nowMs: () => nowMs, idleMaxMs: 1_000 });
    const listener = new Listener();
    await client.warm(3);
    for (let ticket = 1; ticket <= 4; ticket += 1) {
      nowMs += 400;
      client.send(get("/"), listener, ticket);
      await listener.count(ticket);
    }
    expect(new Set(listener.heard.map((it) => it.split(" by ")[1])).size).toBe(1);
    await expect.poll(() => client.stats.open).toBe(1);
    expect(sockets.length).toBe(3);
  });

  it.each([
    { why: "an idle connection is not used beyond its age", fields: "", ageMs: 1_000, opened: 2 },
    { why: "an idle connection is used until its age", fields: "", ageMs: 999, opened: 1 },
    {
      why: "a server may promise more",
      fields: "Keep-Alive: timeout=72\r\n",
      ageMs: 70_999,
      opened: 1,
    },
    {
      why: "but not more than it promises",
      fields: "Keep-Alive: timeout=72\r\n",
      ageMs: 71_000,
      opened: 2,
    },
    {
      why: "a server may promise less",
      fields: "Keep-Alive: timeout=1\r\n",
      ageMs: 500,
      opened: 2,
    },
    { why: "or nothing", fields: "Keep-Alive: timeout=0\r\n", ageMs: 0, opened: 2 },
    { why: "a server may close each time", fields: "Connection: close\r\n", ageMs: 0, opened: 2 },
  ])("$why", async ({ fields, ageMs, opened }) => {
    let nowMs = 0;
    const { port } = await listen((socket) =>
      onRequest(socket, () => socket.write(ok("", fields))),
    );
    const client = connect(port, { nowMs: () => nowMs, idleMaxMs: 1_000 });
    const listener = new Listener();
    client.send(get("/"), listener, 1);
    await listener.count(1);
    nowMs += ageMs;
    client.send(get("/"), listener, 2);
    await listener.count(2);
    expect(client.stats.opened).toBe(opened);
  });

  it("drops an idle connection as soon as the server closes it", async () => {
    const { port, sockets } = await listen(echo);
    const client = connect(port);
    await client.warm(2);
    expect(client.stats).toMatchObject({ idle: 2, open: 2 });
    sockets[0]?.end();
    await expect.poll(() => client.stats).toMatchObject({ idle: 1, open: 1 });
    sockets[1]?.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
    await expect.poll(() => client.stats).toMatchObject({ idle: 0, open: 0 });
  });

  it("never repeats a request that met a closing connection", async () => {
    const paths: string[] = [];
    const { port } = await listen((socket) =>
      onRequest(socket, (path) => {
        paths.push(path);
        socket.end(ok(path)); // Without a word about closing.
      }),
    );
    const client = connect(port);
    const listener = new Listener();
    // Sent before the close can be seen.
    listener.onAnswer = () => client.send(get("/2"), listener, 2);
    client.send(get("/1"), listener, 1);
    const [, second] = await listener.count(2);
    expect(["2: closed", "2: reset"]).toContain(second);
    expect(paths).toEqual(["/1"]);
    expect(client.stats.opened).toBe(1);
  });
});

describe("connections", () => {
  it("are opened for each request in flight", async () => {
    const waiting: (() => void)[] = [];
    const { port } = await listen((socket) =>
      onRequest(socket, (path) => {
        waiting.push(() => socket.write(ok(path)));
        if (waiting.length === 20) for (const answer of waiting) answer();
      }),
    );
    const client = connect(port);
    const listener = new Listener();
    for (let ticket = 0; ticket < 20; ticket += 1) client.send(get("/"), listener, ticket);
    expect(client.stats).toEqual({ opened: 20, open: 20, idle: 0, inFlight: 20, queued: 0 });
    await listener.count(20);
    expect(client.stats).toEqual({ opened: 20, open: 20, idle: 20, inFlight: 0, queued: 0 });
  });

  it("beyond the cap make requests wait in order, and no answer jumps the queue", async () => {
    const paths: string[] = [];
    const waiting: (() => void)[] = [];
    const { port, sockets } = await listen((socket) =>
      onRequest(socket, (path) => {
        paths.push(path);
        waiting.push(() => socket.write(ok(path)));
        if (waiting.length === 2) for (const answer of waiting.splice(0)) answer();
      }),
    );
    const client = connect(port, { maxConnections: 2 });
    const listener = new Listener();
    let late = 10;
    listener.onAnswer = () => {
      if (late < 14) client.send(get(`/${late}`), listener, late++);
    };
    for (let ticket = 0; ticket < 10; ticket += 1) client.send(get(`/${ticket}`), listener, ticket);
    expect(client.stats).toEqual({ opened: 2, open: 2, idle: 0, inFlight: 2, queued: 8 });
    await listener.count(14);
    const order = Array.from({ length: 14 }, (_, index) => index);
    expect(listener.sentTickets).toEqual(order);
    // Two connections are read in either order.
    expect(paths.map((path) => Number(path.slice(1))).toSorted((a, b) => a - b)).toEqual(order);
    expect(sockets.length).toBe(2);
    expect(client.stats).toEqual({ opened: 2, open: 2, idle: 2, inFlight: 0, queued: 0 });
  });

  it("that fail hand their place to the next in the queue", async () => {
    const { port } = await listen((socket, index) =>
      onRequest(socket, (path) =>
        index % 2 === 0 ? socket.end() : socket.end(ok(path, "Connection: close\r\n")),
      ),
    );
    const client = connect(port, { maxConnections: 1 });
    const listener = new Listener();
    for (let ticket = 0; ticket < 6; ticket += 1) client.send(get(`/${ticket}`), listener, ticket);
    expect(await listener.count(6)).toEqual([
      "0: closed",
      "1: 200 /1",
      "2: closed",
      "3: 200 /3",
      "4: closed",
      "5: 200 /5",
    ]);
  });

  it("can be opened ahead, up to the cap, and are then used", async () => {
    const { port } = await listen(echo);
    const client = connect(port, { maxConnections: 150 });
    const isWarm = client.warm(1_000);
    expect(client.stats.inFlight).toBe(0);
    await isWarm;
    await client.warm(10);
    expect(client.stats).toEqual({ opened: 150, open: 150, idle: 150, inFlight: 0, queued: 0 });
    const listener = new Listener();
    client.send(get("/"), listener, 1);
    expect(listener.sentTickets).toEqual([1]);
    await listener.count(1);
    expect(client.stats.opened).toBe(150);
  });

  it("to localhost find the server whatever its family", async () => {
    const { port } = await listen(echo);
    const listener = new Listener();
    connect(port, { host: "localhost" }).send(get("/"), listener, 1);
    expect(await listener.count(1)).toEqual(["1: 200 /"]);
  });

  it("are not taken again when the answer came ahead of the whole request", async () => {
    const { port } = await listen((socket) => {
      socket.once("data", () => {
        socket.pause();
        socket.write(ok("early"));
      });
    });
    const client = connect(port);
    const listener = new Listener();
    client.send(`${get("/")}${"x".repeat(20_000_000)}`, listener, 1);
    expect(await listener.count(1)).toEqual(["1: 200 early"]);
    expect(client.stats.idle).toBe(0);
  });
});
