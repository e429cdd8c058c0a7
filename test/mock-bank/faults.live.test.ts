import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { bankScenario } from "./bank-under-test.ts";
import { ask, healthOf, listenBank, outcomeOf } from "./standalone-bank.ts";

const patient = { timeout: 20_000, interval: 20 };

const slowBank = (faults: string) =>
  bankScenario(`faults: ${faults}`).replace("identity: {", "identity: { time: 1500ms,");

describe("a bank that refuses", () => {
  const faults = "[{ at: 1s, for: 2s, on: bank, down: refuse }]";

  it("closes its port, still answers what was under way, and opens the same port again", async () => {
    const { port } = await listenBank(slowBank(faults));
    const order: string[] = [];
    const underWay = outcomeOf(port).then((outcome) => order.push(`under way: ${outcome}`));
    await expect.poll(() => outcomeOf(port, "/nowhere"), patient).toBe("ECONNREFUSED");
    order.push("refused");
    await underWay;
    await expect.poll(() => outcomeOf(port, "/nowhere"), patient).toBe("404 undefined");
    expect(await outcomeOf(port)).toBe("200 00");
    expect(order).toEqual(["refused", "under way: 200 00"]);
  });

  it("hangs up on a request over a connection that it took before", async () => {
    const { port } = await listenBank(bankScenario(`faults: ${faults}`));
    const unused = connect(port, "127.0.0.1");
    await once(unused, "connect");
    await expect.poll(() => outcomeOf(port), patient).toBe("ECONNREFUSED");
    const heard: Buffer[] = [];
    unused.on("data", (bytes: Buffer) => heard.push(bytes));
    const ended = new Promise<string>((resolve) => {
      unused.on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      unused.on("close", () => resolve("closed"));
    });
    unused.write("POST /activate HTTP/1.1\r\nhost: bank\r\ncontent-length: 0\r\n\r\n");
    expect(["ECONNRESET", "EPIPE", "closed"]).toContain(await ended);
    expect(Buffer.concat(heard).toString()).toBe("");
  });

  it("refuses from the start if the fault does", async () => {
    const { port } = await listenBank(
      bankScenario("faults: [{ at: 0s, for: 1s, on: bank, down: refuse }]"),
    );
    expect(await outcomeOf(port)).toBe("ECONNREFUSED");
    await expect.poll(() => outcomeOf(port), patient).toBe("200 00");
  });
});

describe("a bank that hangs", () => {
  it("holds its answers until it recovers, and says so when asked for its health", async () => {
    const beganMs = monotonicMs();
    const { port } = await listenBank(
      bankScenario("faults: [{ at: 0s, for: 2s, on: bank, down: hang }]"),
    );
    const held = outcomeOf(port).then((outcome) => ({ outcome, atMs: monotonicMs() }));
    expect(await healthOf(port)).toBe("503 hang");
    const { outcome, atMs } = await held;
    expect(outcome).toBe("200 00");
    expect(atMs - beganMs).toBeGreaterThanOrEqual(1_999);
    expect(await healthOf(port)).toBe("200 ok");
  });

  it("holds an answer that it began to work on before", async () => {
    const { port } = await listenBank(slowBank("[{ at: 1s, for: 2s, on: bank, down: hang }]"));
    const beganMs = monotonicMs();
    expect(await outcomeOf(port)).toBe("200 00");
    expect(monotonicMs() - beganMs).toBeGreaterThan(1_600);
  });
});

describe("a bank in maintenance", () => {
  it("answers 91 at once, and approves again afterwards", async () => {
    const { port } = await listenBank(
      bankScenario("faults: [{ at: 1s, for: 2s, on: bank, down: maintenance }]"),
    );
    expect(await outcomeOf(port)).toBe("200 00");
    await expect.poll(() => outcomeOf(port), patient).toBe("503 91");
    expect(await healthOf(port)).toBe("503 maintenance");
    await expect.poll(() => outcomeOf(port), patient).toBe("200 00");
  });
});

describe("a stage that is slow", () => {
  it("shows in the metrics as busy while it works", async () => {
    const { port } = await listenBank(slowBank("[{ at: 0s, on: bank.identity, slow: 2x }]"));
    const beganMs = monotonicMs();
    const answer = outcomeOf(port);
    const busy = async () => {
      const { body } = await ask(port, "GET", "/metrics");
      return /^tillstorm_stage_busy_workers\{stage="identity".*\} (\d)$/m.exec(body)?.[1];
    };
    await expect.poll(busy, patient).toBe("1");
    expect(await answer).toBe("200 00");
    expect(monotonicMs() - beganMs).toBeGreaterThanOrEqual(2_990);
    expect(await busy()).toBe("0");
  });
});
