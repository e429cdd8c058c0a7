import { once } from "node:events";
import { connect as connectRaw, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { fc } from "../support/property.ts";
import { listen } from "./http-raw-server.ts";
import { answerOf, approved, linkTo, listenBank, pay, WantedFates } from "./link-under-test.ts";

const ok = `200 ${approved}`;

function poll<T>(look: () => T) {
  return expect.poll(look, { interval: 1, timeout: 20_000 });
}

/** A plain connection to a port, and what it hears. */
async function dial(port: number, allowHalfOpen = false) {
  const socket = connectRaw({ port, host: "127.0.0.1", allowHalfOpen, noDelay: true });
  const heard: Buffer[] = [];
  let ended = "";
  socket
    .on("data", (bytes) => heard.push(bytes))
    .on("end", () => {
      ended ||= "end";
    })
    .on("error", (error: NodeJS.ErrnoException) => {
      ended = String(error.code);
    });
  await once(socket, "connect");
  return {
    socket,
    text: () => Buffer.concat(heard).toString("latin1"),
    bytes: () => socket.bytesRead,
    ended: () => ended,
  };
}

describe("messages of any size and cut", () => {
  it("pass whole when they are large", async () => {
    const body = "x".repeat(900_000);
    const bank = await listenBank((socket, heard) => socket.write(answerOf(heard)));
    const fates = new WantedFates((_, index) => ({ delayMs: index === 2 ? 10 : 0 }));
    const { client, heard } = await linkTo(bank.port, fates);
    for (let i = 1; i <= 3; i += 1) client.send(pay(i, body), heard, i);
    await heard.count(3);
    expect(new Set(heard.heard)).toEqual(new Set([1, 2, 3].map((i) => `${i}: 200 ${body}`)));
    expect(fates.asked).toHaveLength(6);
  });

  it("pass as they come when they are larger than what is held", async () => {
    const body = "x".repeat(5_000_000);
    const bank = await listenBank((socket, heard) => socket.write(answerOf(heard)));
    const fates = new WantedFates();
    const { port } = await linkTo(bank.port, fates);
    const { socket, bytes } = await dial(port);
    socket.write(pay(1, body));
    await poll(bytes).toBe(answerOf(body).length);
    expect(fates.asked).toEqual([]);
  });

  it("are put together when they come byte by byte", async () => {
    const bank = await listen((socket) => {
      socket.setNoDelay(true);
      socket.once("data", () => dribble(socket, answerOf("到账")));
    });
    const fates = new WantedFates();
    const { port } = await linkTo(bank.port, fates);
    const { socket, text } = await dial(port);
    dribble(socket, pay(1));
    await poll(text).toBe(Buffer.from(answerOf("到账")).toString("latin1"));
    expect(fates.asked.map((it) => it.split(" ")[0])).toEqual(["request", "answer"]);
  });

  it("keep their order when a client does not wait for its answers", async () => {
    const bank = await listenBank((socket, body) => socket.write(answerOf(body)));
    const fates = new WantedFates((way, index) => ({
      delayMs: index % 3 === way ? 5 : 0,
      isDoubled: way === 0 && index === 4,
    }));
    const { port } = await linkTo(bank.port, fates);
    const { socket, text } = await dial(port);
    const indexes = Array.from({ length: 20 }, (_, index) => index);
    socket.write(indexes.map((index) => pay(index)).join(""));
    socket.end(); // And says at once that these are all.
    const answers = indexes.map((index) => answerOf(`{"merchant":${index}}`)).join("");
    await poll(text).toBe(answers);
    expect(fates.asked).toHaveLength(40);
    expect(bank.sockets).toHaveLength(2); // One is for the copy.
  });

  it("go no faster than the slower side reads", async () => {
    const answer = answerOf("x".repeat(200_000));
    const bank = await listenBank((socket) => socket.write(answer));
    const { port } = await linkTo(bank.port);
    const { socket, bytes } = await dial(port);
    socket.pause();
    const count = 300;
    for (let i = 0; i < count; i += 1) socket.write(pay(i));
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = bank.bodies.length === before;
          before = bank.bodies.length;
          return isStill;
        },
        { interval: 300, timeout: 20_000 },
      )
      .toBe(true);
    expect(bank.bodies.length).toBeLessThan(count / 2);
    socket.resume();
    await poll(bytes).toBe(count * answer.length);
  });

  it("are read no further than is needed while an answer is awaited", async () => {
    const bank = await listenBank(() => {});
    const { port } = await linkTo(bank.port);
    const { socket } = await dial(port);
    await pour(socket, Buffer.from(pay(1).repeat(8_000)));
    expect(bank.bodies).toHaveLength(1);
  });
});

/** Writes pieces until nobody takes more for a while. @returns How many bytes it wrote. */
async function pour(socket: Socket, piece: Buffer): Promise<number> {
  for (let count = 1; count < 40; count += 1) {
    if (socket.write(piece)) continue;
    const patience = new AbortController();
    const isStuck = await Promise.race([
      once(socket, "drain", { signal: patience.signal }).then(
        () => false,
        () => true,
      ),
      setTimeout(500, true),
    ]);
    patience.abort();
    if (isStuck) return count * piece.length;
  }
  throw new Error("everything was taken");
}

function dribble(socket: Socket, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  const next = () => {
    socket.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at < bytes.length) setImmediate(next);
  };
  next();
}

describe("answers of every kind", () => {
  it.each([
    { why: "without a body", text: "HTTP/1.1 204 No Content\r\n\r\n" },
    { why: "in chunks", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
    { why: "behind an interim one", text: `HTTP/1.1 103 \r\nA: b\r\n\r\n${answerOf("late")}` },
  ])("$why are one message, and the connection goes on", async ({ text: answer }) => {
    const bank = await listenBank((socket) => socket.write(answer));
    const fates = new WantedFates();
    const { port } = await linkTo(bank.port, fates);
    const { socket, text } = await dial(port);
    for (const index of [1, 2]) {
      socket.write(pay(index));
      await poll(text).toBe(answer.repeat(index));
    }
    expect(fates.asked).toHaveLength(4);
  });

  it("to a HEAD end with the head", async () => {
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
    const bank = await listenBank((socket) => socket.write(answer));
    const fates = new WantedFates();
    const { port } = await linkTo(bank.port, fates);
    const { socket, text } = await dial(port);
    socket.write("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    await poll(text).toBe(answer);
    expect(fates.asked).toHaveLength(2);
  });

  it("that last until the close are one message, and then the close", async () => {
    const answer = "HTTP/1.0 200 OK\r\n\r\nall of it";
    const bank = await listenBank((socket) => socket.end(answer));
    const fates = new WantedFates((way) => ({ delayMs: way === 1 ? 20 : 0 }));
    const { client, heard } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual(["1: 200 all of it"]);
    expect(fates.asked).toHaveLength(2);
  });

  it("that are cut off reach the client as far as they came", async () => {
    const answer = answerOf(approved).slice(0, -1);
    const bank = await listenBank((socket) => socket.end(answer));
    const { port } = await linkTo(bank.port);
    const { socket, text, ended } = await dial(port);
    socket.write(pay(1));
    await poll(ended).toBe("end");
    expect(text()).toBe(answer);
  });
});

describe("what is no message", () => {
  it.each([
    { why: "a switch of the protocol", text: "GET / HTTP/1.1\r\nUpgrade: echo\r\n\r\n" },
    { why: "another protocol", text: "\x16\x03\x01\x02" },
    { why: "a wish to be told to go on", text: "PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n" },
  ])("passes both ways untouched from then on: $why", async ({ text: first }) => {
    const server = await listen((socket) => socket.on("data", (bytes) => socket.write(bytes)));
    const fates = new WantedFates(() => ({ kind: "lost" }));
    const { port } = await linkTo(server.port, fates);
    const { socket, text, ended } = await dial(port);
    socket.write(Buffer.from(first, "latin1"));
    await poll(text).toBe(first);
    socket.write(pay(1));
    await poll(text).toBe(first + pay(1));
    socket.end();
    await poll(ended).toBe("end");
    expect(fates.asked).toEqual([]);
  });

  it("goes no faster than the slower side reads", async () => {
    const server = await listen((socket) => socket.pause());
    const { port } = await linkTo(server.port);
    const { socket } = await dial(port);
    const sentBytes = await pour(socket, Buffer.alloc(1_000_000, 1));
    let bytes = 0;
    server.sockets[0]?.on("data", (it) => {
      bytes += it.length;
    });
    server.sockets[0]?.resume();
    await poll(() => bytes).toBe(sentBytes);
  });

  it("is passed on when a server says it unasked, with its close", async () => {
    const late = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";
    const server = await listen((socket) => socket.end(late));
    const { port } = await linkTo(server.port);
    const { text, ended } = await dial(port);
    await poll(ended).toBe("end");
    expect(text()).toBe(late);
  });

  it("and follows an answer stands behind it", async () => {
    const bank = await listenBank((socket) => socket.write(`${answerOf("a")}more`));
    const fates = new WantedFates((way) => ({ delayMs: way === 1 ? 20 : 0 }));
    const { port } = await linkTo(bank.port, fates);
    const { socket, text } = await dial(port);
    socket.write(pay(1));
    await poll(text).toBe(`${answerOf("a")}more`);
  });

  it("does no harm, whatever it is", async () => {
    const server = Fastify({ logger: false, forceCloseConnections: true });
    server.post("/pay", () => ({ code: "00" }));
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    if (address === null || typeof address === "string") throw new Error("listens on no port");
    const { port, client, heard, bugs } = await linkTo(address.port);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom("\r\n\r\n", "GET / HTTP/1.1\r\n", "Host: x\r\n\r\n", pay(1)).map(Buffer.from),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (pieces, tears) => {
          const { socket } = await dial(port, true);
          for (const bytes of pieces) socket.write(bytes);
          const isGone = once(socket, "close");
          if (tears) socket.resetAndDestroy();
          else socket.end();
          await isGone.catch(() => {});
        },
      ),
      { numRuns: 60 },
    );
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual([`1: ${ok}`]);
    expect(bugs).toEqual([]);
    await server.close();
  });
});

describe("the end of one side", () => {
  it("is the end of the other, on an idle connection", async () => {
    const server = await listen(() => {});
    const { port } = await linkTo(server.port);
    const first = await dial(port);
    await poll(() => server.sockets.length).toBe(1);
    first.socket.end();
    await poll(() => server.sockets[0]?.destroyed).toBe(true);
    const second = await dial(port);
    await poll(() => server.sockets.length).toBe(2);
    server.sockets[1]?.end();
    await poll(second.ended).toBe("end");
  });

  it("with a reset is a reset", async () => {
    const server = await listen(() => {});
    const { port } = await linkTo(server.port);
    const first = await dial(port);
    await poll(() => server.sockets.length).toBe(1);
    server.sockets[0]?.resetAndDestroy();
    await poll(first.ended).toBe("ECONNRESET");
    await poll(() => server.sockets.length).toBe(2); // The proxy looks whether it still listens.
    const second = await dial(port);
    await poll(() => server.sockets.length).toBe(3);
    const gone = new Promise((resolve) => server.sockets[2]?.once("error", resolve));
    second.socket.resetAndDestroy();
    expect(await gone).toMatchObject({ code: "ECONNRESET" });
  });

  it("ahead of the answer still lets the answer pass", async () => {
    // A client may say that it sends no more and still listen.
    const bank = await listen((socket) => {
      socket.once("data", () => setImmediate(() => socket.end(answerOf(approved))));
    });
    const { port } = await linkTo(
      bank.port,
      new WantedFates((way) => ({ delayMs: way === 0 ? 30 : 0 })),
    );
    const { socket, text, ended } = await dial(port, true);
    socket.end(pay(1));
    await poll(ended).toBe("end");
    expect(text()).toBe(answerOf(approved));
  });

  it.each([
    { why: "ahead of the loss", isEarly: true },
    { why: "behind it", isEarly: false },
  ])(
    "of a client that still listens ends its wait for a lost answer: $why",
    async ({ isEarly }) => {
      const bank = await listenBank();
      const fates = new WantedFates((way) => (way === 1 ? { kind: "lost" } : {}));
      const { port } = await linkTo(bank.port, fates);
      const { socket, text, ended } = await dial(port, true);
      socket.write(pay(1));
      if (!isEarly) await poll(() => fates.asked.length).toBe(2);
      socket.end();
      await poll(ended).toBe("end");
      expect(text()).toBe("");
      expect(bank.bodies).toHaveLength(1);
    },
  );

  it("within a request reaches the server as far as the request came", async () => {
    const heard: Buffer[] = [];
    let isEnded = false;
    const server = await listen((socket) =>
      socket
        .on("data", (bytes) => heard.push(bytes))
        .on("end", () => {
          isEnded = true;
        }),
    );
    const { port } = await linkTo(server.port);
    const { socket } = await dial(port);
    socket.end(pay(1).slice(0, -1));
    await poll(() => isEnded).toBe(true);
    expect(Buffer.concat(heard).toString()).toBe(pay(1).slice(0, -1));
  });
});
