import { once } from "node:events";
import { connect as connectRaw, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { listen } from "./http-raw-server.ts";
import {
  answerOf,
  approved,
  fateOf,
  type Link,
  linkTo,
  listenBank,
  pay,
  poll,
} from "./link-under-test.ts";

const ok = `200 ${approved}`;

describe("a client that gives up", () => {
  it("does not call back a request that is under way", async () => {
    const bank = await listenBank();
    const fates = fateOf("request", { delayMs: 200 });
    const { client, heard, bugs } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    await poll(() => fates.asked.length).toBe(1);
    client.abandon(1, heard);
    await poll(() => client.stats.open).toBe(0);
    expect(bank.bodies).toEqual([]);
    await poll(() => bank.bodies).toEqual(['{"merchant":1}']);
    // The answer travels too, and finds nobody.
    await poll(() => fates.asked.length).toBe(2);
    expect(heard.heard).toEqual([]);
    expect(bugs).toEqual([]);
  });

  it("with a reset does not call it back either", async () => {
    const bank = await listenBank();
    const fates = fateOf("request", { delayMs: 200 });
    const { port, proxy } = await linkTo(bank.port, fates);
    const socket = connectRaw(port, "127.0.0.1");
    socket.write(pay(1));
    await poll(() => fates.asked.length).toBe(1);
    socket.resetAndDestroy();
    await poll(() => bank.bodies).toEqual(['{"merchant":1}']);
    await poll(() => proxy.counts.messages).toBe(2);
    // Nothing is left behind on the server's side.
    await poll(() => bank.sockets[0]?.destroyed).toBe(true);
  });

  it("while the answer is under way hears nothing of it", async () => {
    const bank = await listenBank();
    const fates = fateOf("answer", { delayMs: 200 });
    const { client, heard, proxy, bugs } = await linkTo(bank.port, fates);
    client.send(pay(1), heard, 1);
    await poll(() => proxy.counts.delayed).toBe(1);
    client.abandon(1, heard);
    client.send(pay(2), heard, 2); // Its answer comes after the other one would have.
    expect(await heard.count(1)).toEqual([`2: ${ok}`]);
    expect(bugs).toEqual([]);
  });

  it("while the server works lets it end its work, and the answer find nobody", async () => {
    let answer = () => {};
    const bank = await listenBank((socket) => {
      answer = () => socket.write(answerOf(approved));
    });
    const { client, heard, proxy } = await linkTo(bank.port);
    client.send(pay(1), heard, 1);
    await poll(() => bank.bodies.length).toBe(1);
    client.abandon(1, heard);
    await poll(() => client.stats.open).toBe(0);
    client.send(pay(2), heard, 2); // By its arrival the other one's end has arrived too.
    await poll(() => bank.bodies.length).toBe(2);
    expect(bank.sockets[0]?.readableEnded).toBe(false);
    answer();
    expect(await heard.count(1)).toEqual([`2: ${ok}`]);
    expect(proxy.counts.messages).toBe(3);
    bank.sockets[0]?.write(answerOf(approved));
    await poll(() => bank.sockets[0]?.destroyed).toBe(true);
    expect(proxy.counts.messages).toBe(4);
  });

  it("with a reset while the server works does not reach the server", async () => {
    const bank = await listenBank(() => {});
    const { port, proxy } = await linkTo(bank.port);
    const socket = connectRaw(port, "127.0.0.1");
    socket.write(pay(1));
    await poll(() => bank.bodies.length).toBe(1);
    socket.resetAndDestroy();
    // What is begun later ends later.
    const other = connectRaw(port, "127.0.0.1").end();
    await once(other.resume(), "end");
    expect(bank.sockets[0]?.destroyed).toBe(false);
    bank.sockets[0]?.write(answerOf(approved));
    await poll(() => bank.sockets[0]?.destroyed).toBe(true);
    expect(proxy.counts.messages).toBe(2);
  });

  it("over a server that ends without an answer leaves nothing behind", async () => {
    const bank = await listenBank((socket) => socket.end());
    const fates = fateOf("request", { delayMs: 200 });
    const { port } = await linkTo(bank.port, fates);
    const socket = connectRaw(port, "127.0.0.1");
    socket.write(pay(1));
    await poll(() => fates.asked.length).toBe(1);
    socket.resetAndDestroy();
    await poll(() => bank.bodies.length).toBe(1);
    await poll(() => bank.sockets[0]?.destroyed).toBe(true);
  });
});

describe("a server", () => {
  it.each(["end", "resetAndDestroy"] as const)(
    "that ends the idle connection of a request under way (%s) gets it over another",
    async (end) => {
      const bank = await listenBank();
      const { client, heard } = await linkTo(bank.port, fateOf("request", { delayMs: 200 }));
      client.send(pay(1), heard, 1);
      await heard.count(1);
      client.send(pay(2), heard, 2);
      bank.sockets[0]?.[end]();
      expect(await heard.count(2)).toEqual([`1: ${ok}`, `2: ${ok}`]);
      expect(bank.bodies).toEqual(['{"merchant":1}', '{"merchant":2}']);
      expect(client.stats.opened).toBe(1);
    },
  );

  it.each(["end", "resetAndDestroy"] as const)(
    "that hangs up (%s) behind its answer does not overtake it",
    async (end) => {
      const bank = await listenBank((socket) => socket.write(answerOf(approved)));
      const { client, heard, proxy } = await linkTo(bank.port, fateOf("answer", { delayMs: 200 }));
      client.send(pay(1), heard, 1);
      await poll(() => proxy.counts.delayed).toBe(1);
      bank.sockets[0]?.[end]();
      expect(await heard.count(1)).toEqual([`1: ${ok}`]);
      await poll(() => client.stats.open).toBe(0);
    },
  );

  it.each([
    { why: "resets", serve: "resetAndDestroy", to: "1: reset" },
    { why: "closes without an answer", serve: "end", to: "1: closed" },
  ] as const)("that $why is felt by the client", async ({ serve, to }) => {
    const bank = await listenBank((socket) => socket[serve]());
    const { client, heard } = await linkTo(bank.port);
    client.send(pay(1), heard, 1);
    expect(await heard.count(1)).toEqual([to]);
  });
});

describe("a server that refuses", () => {
  it("is reset once and refused from then on, until it is back", async () => {
    const { port, stop } = await listen(() => {});
    await stop();
    const link = await linkTo(port);
    const { client, heard, bugs } = link;
    client.send(pay(1), heard, 1);
    await heard.count(1);
    client.send(pay(2), heard, 2);
    await heard.count(2);
    client.send(pay(3), heard, 3);
    expect(await heard.count(3)).toEqual(["1: reset", "2: refused", "3: refused"]);
    await listenBank(undefined, port);
    await poll(() => payOnceMore(link)).toBe(ok);
    expect(bugs).toEqual([]);
  });

  it("after it closed the connections that it had is refused at once", async () => {
    const bank = await listenBank();
    const { client, heard, port } = await linkTo(bank.port);
    client.send(pay(1), heard, 1);
    await heard.count(1);
    await bank.stop();
    await poll(() => client.stats.open).toBe(0);
    // The connection's end is heard of a moment before the door is shut.
    await poll(() => isFree(port)).toBe(true);
    client.send(pay(2), heard, 2);
    expect(await heard.count(2)).toEqual([`1: ${ok}`, "2: refused"]);
  });
});

describe("a port that another program took while its door was shut", () => {
  it("is taken back as soon as it is free", async () => {
    const bank = await listenBank();
    const link = await linkTo(bank.port);
    const { client, heard, port, bugs } = link;
    await bank.stop();
    client.send(pay(1), heard, 1);
    await heard.count(1);
    const other = await retried(() => listen((socket) => socket.destroy(), port));
    await listenBank(undefined, bank.port);
    client.send(pay(2), heard, 2);
    expect((await heard.count(2)).at(-1)).toBe("2: closed"); // By the other program.
    await other.stop();
    await poll(() => payOnceMore(link)).toBe(ok);
    expect(bugs).toEqual([]);
  });
});

/** Sends one request more. @returns What becomes of it. */
async function payOnceMore({ client, heard }: Link): Promise<string | undefined> {
  const ticket = heard.heard.length + 1;
  client.send(pay(ticket), heard, ticket);
  return (await heard.count(ticket)).at(-1)?.replace(/^\d+: /, "");
}

/** Until it works. */
async function retried<T>(make: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await make();
    } catch {
      await new Promise(setImmediate);
    }
  }
}

/** Whether nobody listens on the port. Tried without connecting to it. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

describe("close", () => {
  it("ends every connection and frees the port", async () => {
    const bank = await listenBank(() => {});
    const { client, heard, proxy, port } = await linkTo(bank.port);
    client.send(pay(1), heard, 1);
    await poll(() => bank.bodies.length).toBe(1);
    await proxy.close();
    expect(await heard.count(1)).toEqual(["1: closed"]);
    await poll(() => bank.sockets[0]?.destroyed).toBe(true);
    const late = connectRaw(port, "127.0.0.1");
    const [error] = await once(late, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });
});
