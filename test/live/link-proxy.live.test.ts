import { describe, expect, it } from "vitest";
import { parseAnswer } from "../../src/live/protocol.ts";
import { listenBank as listenMockBank } from "../mock-bank/standalone-bank.ts";
import {
  answerOf,
  approved,
  fateOf,
  linkTo,
  listenBank,
  pay,
  poll,
  WantedFates,
} from "./link-under-test.ts";

const ok = `200 ${approved}`;

describe("a link without a fault", () => {
  it("carries many exchanges over the connections that there are", async () => {
    const bank = await listenBank();
    const fates = new WantedFates();
    const { client, heard, proxy, clock } = await linkTo(bank.port, fates);
    const sinceMs = clock.wallMs();
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 10; i += 1) client.send(pay(round * 10 + i), heard, round * 10 + i);
      await heard.count(round * 10 + 10);
    }
    expect(new Set(heard.heard)).toEqual(
      new Set(Array.from({ length: 50 }, (_, i) => `${i}: ${ok}`)),
    );
    expect(bank.sockets).toHaveLength(10);
    expect(client.stats).toMatchObject({ opened: 10, idle: 10 });
    expect(proxy.counts).toEqual({
      ...{ messages: 100, lost: 0, reset: 0, corrupted: 0, doubled: 0, delayed: 0 },
    });
    const sizes = { request: pay(7).length, answer: answerOf(approved).length };
    expect(fates.asked.filter((it) => it.includes(" 5.7.0 "))).toEqual([
      `request 5.7.0 ${sizes.request}`,
      `answer 5.7.0 ${sizes.answer}`,
    ]);
    expect(fates.nowMs).toEqual(fates.nowMs.toSorted((a, b) => a - b));
    expect(fates.nowMs[0]).toBeGreaterThanOrEqual(sinceMs);
  });

  it("gives a request without a key one of its own", async () => {
    const bank = await listenBank();
    const fates = new WantedFates();
    const { client, heard } = await linkTo(bank.port, fates);
    for (let i = 0; i < 2; i += 1) {
      client.send(pay(0).replace(/x-tillstorm-draw.*\r\n/, ""), heard, i);
      await heard.count(i + 1);
    }
    const keys = fates.asked.map((it) => it.split(" ")[1]?.replace(/^-?\d+/, "s"));
    expect(keys).toEqual(["s.1.0", "s.1.0", "s.2.0", "s.2.0"]);
  });

  it("asks for no fate before the run begins", async () => {
    const bank = await listenBank();
    const fates = fateOf("request", { kind: "lost" });
    const { client, heard, clock } = await linkTo(bank.port, fates, false);
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual([`1: ${ok}`]);
    expect(fates.asked).toEqual([]);
    expect(clock.isRunning).toBe(false);
  });
});

describe("a delayed message", () => {
  it.each(["request", "answer"] as const)("(a %s) arrives so much later", async (way) => {
    const bank = await listenBank();
    const { client, heard, proxy } = await linkTo(bank.port, fateOf(way, { delayMs: 60 }));
    const sinceMs = performance.now();
    client.send(pay(1), heard, 1);
    await poll(() => bank.bodies.length).toBe(1);
    const arrivedMs = performance.now() - sinceMs;
    if (way === "request") expect(arrivedMs).toBeGreaterThan(58);
    expect(await heard.count(1)).toEqual([`1: ${ok}`]);
    expect(performance.now() - sinceMs).toBeGreaterThan(58);
    expect(proxy.counts).toMatchObject({ messages: 2, delayed: 1 });
  });

  it("may be overtaken on another connection, and keeps its own in order", async () => {
    const bank = await listenBank();
    const fates = new WantedFates((way, index) => ({ delayMs: way === 0 && index === 1 ? 80 : 0 }));
    const { client, heard } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    client.send(pay(2), heard, 2);
    expect(await heard.count(2)).toEqual([`2: ${ok}`, `1: ${ok}`]);
  });
});

describe("a lost message", () => {
  it("that is a request never reaches the server, and the client waits", async () => {
    const bank = await listenBank();
    const fates = new WantedFates((way, index) =>
      way === 0 && index === 1 ? { kind: "lost" } : { delayMs: 30 },
    );
    const { client, heard, proxy } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    client.send(pay(2), heard, 2);
    expect(await heard.count(1)).toEqual([`2: ${ok}`]);
    expect(bank.bodies).toEqual(['{"merchant":2}']);
    expect(proxy.counts).toMatchObject({ messages: 3, lost: 1 });
    await poll(() => bank.sockets.filter((it) => it.destroyed).length).toBe(1);
    await bank.stop(); // Not even the end of the server is heard of.
    await poll(() => client.stats.open).toBe(1);
    expect(client.abandon(1, heard)).toBe(true);
    expect(heard.heard).toHaveLength(1);
    await poll(() => client.stats.open).toBe(0);
  });

  it("that is an answer leaves the server with the work done, and the client waits", async () => {
    const bank = await listenBank();
    const fates = new WantedFates((way, index) =>
      way === 1 && index === 1 ? { kind: "lost" } : { delayMs: 30 },
    );
    const { client, heard, proxy } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    client.send(pay(2), heard, 2);
    expect(await heard.count(1)).toEqual([`2: ${ok}`]);
    expect(bank.bodies).toHaveLength(2);
    expect(proxy.counts).toMatchObject({ messages: 4, lost: 1 });
    expect(client.abandon(1, heard)).toBe(true);
  });
});

describe("a reset", () => {
  it.each([
    { way: "request", delayMs: 0, arrivals: 0 },
    { way: "request", delayMs: 40, arrivals: 0 },
    { way: "answer", delayMs: 0, arrivals: 1 },
    { way: "answer", delayMs: 40, arrivals: 1 },
  ] as const)(
    "of a $way after $delayMs ms breaks the exchange; $arrivals requests arrive",
    async ({ way, delayMs, arrivals }) => {
      const bank = await listenBank();
      const { client, heard, proxy } = await linkTo(
        bank.port,
        fateOf(way, { kind: "reset", delayMs }),
      );
      const sinceMs = performance.now();
      client.send(pay(1), heard, 1);
      expect(await heard.count(1)).toEqual(["1: reset"]);
      expect(performance.now() - sinceMs).toBeGreaterThan(delayMs - 1);
      expect(bank.bodies).toHaveLength(arrivals);
      expect(proxy.counts).toMatchObject({ messages: 1 + arrivals, reset: 1 });
    },
  );
});

describe("a corrupted message", () => {
  it("that is a request is refused by the mock bank with 400, which is no answer to a caller", async () => {
    const { port } = await listenMockBank();
    const fates = fateOf("request", { kind: "corrupted" });
    const { client, heard, proxy } = await linkTo(port, fates);
    client.send(pay(1).replace("/pay", "/activate"), heard, 1);
    const [first = ""] = await heard.count(1);
    expect(first).toMatch(/^1: 400 \{/);
    expect(parseAnswer(first.slice(7), undefined)).toBeUndefined();
    // The complaint is no message of the chain: it has no fate of its own.
    expect(proxy.counts).toMatchObject({ messages: 1, corrupted: 1 });
  });

  it("that is a request without a body is no request any more", async () => {
    const { port } = await listenMockBank();
    const { client, heard } = await linkTo(port, fateOf("request", { kind: "corrupted" }));
    client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", heard, 1);
    expect((await heard.count(1))[0]).toMatch(/^1: 400 \{.*well-formed/);
  });

  it("that is an answer comes whole, and cannot be read", async () => {
    const bank = await listenBank();
    const { client, heard, proxy } = await linkTo(
      bank.port,
      fateOf("answer", { kind: "corrupted" }),
    );
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual([`1: 200 \0${approved.slice(1)}`]);
    expect(parseAnswer(`\0${approved.slice(1)}`, undefined)).toBeUndefined();
    expect(client.stats.idle).toBe(1);
    expect(proxy.counts).toMatchObject({ messages: 2, corrupted: 1 });
  });

  it("that is a chunked answer keeps its chunks", async () => {
    const chunks = '3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n';
    const bank = await listenBank((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`),
    );
    const { client, heard } = await linkTo(bank.port, fateOf("answer", { kind: "corrupted" }));
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual(['1: 200 \0"a":1}']);
  });

  it("that is an answer without a body is none", async () => {
    const bank = await listenBank((socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
    const { client, heard } = await linkTo(bank.port, fateOf("answer", { kind: "corrupted" }));
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual(["1: malformed"]);
  });
});

describe("a doubled request", () => {
  it("comes twice, over two connections, and is answered once", async () => {
    const bank = await listenBank((socket, _body, count) =>
      socket.write(answerOf(`{"n":${count}}`)),
    );
    const fates = fateOf("request", { isDoubled: true, delayMs: 20 });
    const { client, heard, proxy } = await linkTo(bank.port, fates);
    for (let i = 1; i <= 3; i += 1) {
      client.send(pay(i, '{"name":"到账"}'), heard, i);
      await heard.count(i);
      await poll(() => bank.bodies.length).toBe(2 * i);
    }
    expect(heard.heard).toHaveLength(3);
    expect(new Set(bank.bodies)).toEqual(
      new Set([Buffer.from('{"name":"到账"}').toString("latin1")]),
    );
    expect(bank.sockets).toHaveLength(2);
    expect(proxy.counts).toMatchObject({ messages: 6, doubled: 3, delayed: 3 });
  });
});
