import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { fitStation } from "../../src/analysis/station-fit.ts";
import { RunError, UsageError } from "../../src/kernel/errors.ts";
import { runProbe } from "../../src/live/probe.ts";
import { renderProbe } from "../../src/live/probe-table.ts";
import {
  type SlowServer,
  type SlowServerOptions,
  startSlowServer,
} from "../support/slow-server.ts";

let server: SlowServer | undefined;

async function start(options: SlowServerOptions): Promise<string> {
  server = await startSlowServer(options);
  return server.url;
}

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("runProbe", () => {
  // Another process may take the machine just then: twice more before it counts as wrong.
  it("finds four workers of 10 ms within 15 %", { retry: 2 }, async () => {
    const url = await start({ workers: 4, serviceMs: 10 });
    const seen: number[] = [];
    const report = await runProbe({
      url,
      stepMs: 400,
      warmupMs: 80,
      onStep: (step) => seen.push(step.connections),
    });
    const fit = fitStation(report.steps, report);
    expect(Math.abs(fit.workers / 4 - 1)).toBeLessThanOrEqual(0.15);
    // Timers are late, the more so on a busy machine: the truth is what the server's clock says.
    const heldMs = (await server?.meanServiceMs()) ?? 10;
    expect(Math.abs(fit.serviceMs / heldMs - 1)).toBeLessThanOrEqual(0.15);
    if (heldMs < 10.8) expect(Math.abs(fit.serviceMs / 10 - 1)).toBeLessThanOrEqual(0.15);
    expect(fit.saturated).toBe(true);
    expect(report).toMatchObject({ method: "GET", partial: false });
    expect(seen.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(seen.length).toBe(report.steps.length);
    for (const step of report.steps) {
      // Closed loop, no pause: throughput times latency is the number of connections (Little).
      const busy = (step.throughputPerSecond * (step.latencyMeanMs ?? 0)) / 1_000;
      expect(Math.abs(busy / step.connections - 1)).toBeLessThan(0.15);
      expect(step.answered2xxCount).toBe(step.answerCount);
      expect(step).toMatchObject({ serverMeanMs: null, serverP50Ms: null, serverP99Ms: null });
    }
    expect(renderProbe(report, fit).match(/<- knee/g)).toHaveLength(1);
  });

  it("finds four workers of 10 ms by what the server says of its own time", async () => {
    const url = await start({ workers: 4, serviceMs: 10, tellsTime: true });
    const connections = [1, 2, 4, 8, 16];
    const report = await runProbe({ url, stepMs: 400, warmupMs: 80, connections });
    for (const step of report.steps) {
      expect(step.serverMeanMs).toBeGreaterThan(9);
      expect(step.serverMeanMs).toBeLessThan(step.latencyMeanMs ?? 0);
      expect(step.serverP50Ms).toBeLessThanOrEqual(step.serverP99Ms ?? 0);
    }
    const fit = fitStation(report.steps, report);
    expect(fit.workers).toBe(4);
    expect(fit.note).toContain("Server-Timing");
    expect(renderProbe(report, fit)).toContain("server ms");
  });

  it("counts the requests that a server closes without answering", async () => {
    const url = await start({ workers: 2, serviceMs: 2, closesEvery: 5 });
    const report = await runProbe({ url, stepMs: 300, warmupMs: 50, connections: [1, 3] });
    for (const step of report.steps) {
      const lostRatio = step.lostCount / (step.lostCount + step.answerCount);
      expect(lostRatio).toBeGreaterThan(0.15);
      expect(lostRatio).toBeLessThan(0.25);
      // autocannon's own clock would go back to the request that was lost.
      expect(step.latencyP50Ms).toBeLessThan(20);
    }
    expect(report.partial).toBe(false);
    expect(report.notes.join()).toContain("closed without an answer");
  });

  it("ends when the target no longer answers", async () => {
    const url = await start({ closesEvery: 1, answersFirst: 60 });
    const report = await runProbe({ url, stepMs: 60_000, warmupMs: 0 });
    expect(report.partial).toBe(true);
    expect(report.steps).toHaveLength(1);
    expect(report.steps[0]?.lostCount).toBeGreaterThanOrEqual(1_000);
    expect(report.notes.join()).toContain("stopped answering");
  });

  it("ends when the target dies", async () => {
    const url = await start({ workers: 2, serviceMs: 2 });
    const report = await runProbe({
      url,
      stepMs: 300,
      warmupMs: 0,
      connections: [1, 2, 4],
      onStep: () => void server?.stop(),
    });
    expect(report.partial).toBe(true);
    expect(report.steps.length).toBeLessThan(3);
    expect(report.steps.at(-1)?.errorCount).toBeGreaterThanOrEqual(1_000);
  });

  it("does not call a reconnect a loss, where the server closes after each answer", async () => {
    const url = await start({ workers: 2, serviceMs: 2, closesAfterAnswer: true });
    const report = await runProbe({ url, stepMs: 200, warmupMs: 50, connections: [2] });
    expect(report.steps[0]).toMatchObject({ lostCount: 0, errorCount: 0 });
    expect(report.steps[0]?.answerCount).toBeGreaterThan(20);
    expect(report.notes.join()).toContain("closes the connection after each answer");
  });

  it("counts refusals apart from answers", async () => {
    const url = await start({ workers: 1, serviceMs: 5, queueMax: 0 });
    const report = await runProbe({ url, stepMs: 200, warmupMs: 50, connections: [4] });
    const step = report.steps[0];
    expect(step?.answerCountByClass).toEqual({
      "2xx": step?.answered2xxCount,
      "5xx": step?.answeredOtherCount,
    });
    expect(step?.answeredOtherCount).toBeGreaterThan(step?.answered2xxCount ?? 0);
  });

  it("counts timeouts as such, not as losses", async () => {
    const url = await start({ workers: 1, serviceMs: 10, silentFrom: 10 });
    const report = await runProbe({
      url,
      stepMs: 250,
      warmupMs: 20,
      timeoutMs: 1_000,
      connections: [2],
    });
    expect(report.steps[0]).toMatchObject({ timeoutCount: 2, lostCount: 0, errorCount: 0 });
  });

  it("falls back to POST where GET is not allowed", async () => {
    const url = await start({ workers: 1, serviceMs: 1, postOnly: true });
    const report = await runProbe({ url, stepMs: 100, warmupMs: 20, connections: [1] });
    expect(report.method).toBe("POST");
    expect(report.notes.join()).toContain("405");
    expect(report.steps[0]?.answeredOtherCount).toBe(0);
    expect(report.steps[0]?.answered2xxCount).toBeGreaterThan(0);
  });

  it("keeps the method it was given", async () => {
    const url = await start({ workers: 1, serviceMs: 1, postOnly: true });
    const report = await runProbe({ url, method: "GET", stepMs: 100, connections: [1] });
    expect(report.method).toBe("GET");
    expect(report.notes.join()).toContain("answers 405");
    expect(report.steps[0]?.answered2xxCount).toBe(0);
  });

  it("keeps the measured steps when it is interrupted", async () => {
    const url = await start({ workers: 1, serviceMs: 2 });
    const stop = new AbortController();
    const report = await runProbe({
      url,
      stepMs: 100,
      signal: stop.signal,
      onStep: (step) => {
        if (step.connections === 2) setTimeout(() => stop.abort(), 30);
      },
    });
    expect(report.partial).toBe(true);
    expect(report.steps.map((step) => step.connections)).toEqual([1, 2]);
  });

  it("says what to do when nothing listens", async () => {
    const held = createServer().listen(0, "127.0.0.1");
    await once(held, "listening");
    const address = held.address();
    const port = typeof address === "object" ? address?.port : 0;
    held.close();
    await once(held, "close");
    const probe = runProbe({ url: `http://127.0.0.1:${port}/` });
    await expect(probe).rejects.toThrow(RunError);
    await expect(probe).rejects.toMatchObject({
      hint: expect.stringContaining("start the service"),
    });
  });

  it("says so when the target drops the very first request", async () => {
    const url = await start({ closesEvery: 1 });
    await expect(runProbe({ url })).rejects.toThrow("closed the connection without answering");
  });

  it.each([
    "http://192.0.2.1/",
    "http://example.com/",
    "http://localhost.example.com/",
    "http://[2001:db8::1]/",
    "http://0.0.0.0/",
  ])("refuses to load somebody else's machine: %s", async (url) => {
    const probe = runProbe({ url });
    await expect(probe).rejects.toMatchObject({ code: "REMOTE_TARGET" });
    await expect(probe).rejects.toThrow("--allow-remote");
  });

  it.each([
    { why: "a file", options: { url: "file:///etc/passwd" } },
    { why: "no URL", options: { url: "bank" } },
    { why: "no connections", options: { url: "http://127.0.0.1/", connections: [] } },
    { why: "half a connection", options: { url: "http://127.0.0.1/", connections: [1, 1.5] } },
  ])("refuses $why", async ({ options }) => {
    await expect(runProbe(options)).rejects.toThrow(UsageError);
  });
});
