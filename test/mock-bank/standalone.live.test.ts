import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import { RunError } from "../../src/kernel/errors.ts";
import { bankScenario, closeAfterTest } from "./bank-under-test.ts";
import { listenBank, outcomeOf } from "./standalone-bank.ts";

const patient = { timeout: 20_000, interval: 20 };

/** Another program that holds a port. */
async function squat(port: number): Promise<Server> {
  const squatter = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
  await once(squatter, "listening");
  closeAfterTest(async () => {
    squatter.close();
  });
  return squatter;
}

describe("a mock on its own", () => {
  it("says what it serves", async () => {
    const { port, routes } = await listenBank();
    expect(routes).toEqual([
      "POST /activate",
      "POST /status",
      "GET /healthz",
      "GET /metrics",
      "GET /openapi.json",
    ]);
    expect(await outcomeOf(port)).toBe("200 00");
  });

  it("says that its port is taken, and what to do", async () => {
    const squatter = await squat(0);
    const address = squatter.address();
    if (address === null || typeof address === "string") throw new Error("listens on no port");
    const error = await listenBank(undefined, address.port).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({
      message: `the mock bank cannot listen on 127.0.0.1:${address.port}: the port is taken`,
      hint: expect.stringContaining("--port 0"),
    });
  });

  it("ends at once, whatever is under way", async () => {
    const bank = await listenBank(bankScenario("faults: [{ at: 0s, on: bank, down: hang }]"));
    const held = outcomeOf(bank.port);
    await expect.poll(() => outcomeOf(bank.port, "/nowhere")).toBe("404 undefined");
    await bank.close();
    expect(await held).toBe("ECONNRESET");
    expect(await outcomeOf(bank.port)).toBe("ECONNREFUSED");
  });

  it("ends while its door is shut, and does not open it again", async () => {
    const bank = await listenBank(
      bankScenario("faults: [{ at: 0s, for: 500ms, on: bank, down: refuse }]"),
    );
    await bank.close();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await outcomeOf(bank.port)).toBe("ECONNREFUSED");
  });
});

describe("a port that is taken while the door is shut", () => {
  const faults = "faults: [{ at: 500ms, for: 1s, on: bank, down: refuse }]";

  it("is taken back as soon as it is free", async () => {
    const { port } = await listenBank(bankScenario(faults));
    await expect.poll(() => outcomeOf(port), patient).toBe("ECONNREFUSED");
    const squatter = await squat(port);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    squatter.close();
    await expect.poll(() => outcomeOf(port), patient).toBe("200 00");
  });

  it("is given up after a while, with a reason", async () => {
    const { port, failure } = await listenBank(bankScenario(faults));
    await expect.poll(() => outcomeOf(port), patient).toBe("ECONNREFUSED");
    await squat(port);
    await expect(failure).rejects.toThrow(`cannot listen on 127.0.0.1:${port} again`);
  });
});
