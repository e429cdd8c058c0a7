import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { StationFit } from "../../src/analysis/station-fit.ts";
import type { ProbeReport } from "../../src/live/probe.ts";
import { descendantsOf, isAlive, type Running, runCli, startCli, until } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
vi.stubEnv("TMPDIR", folder);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const started: Running[] = [];
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

const file = path.join(folder, "four.yaml");
writeFileSync(
  file,
  `name: four
duration: 10s
traffic: { payments: { calls: bank.pay, arrivals: { poisson: { rate: 100/s } } } }
network: { terminal-bank: { latency: 1ms } }
services:
  bank:
    stages: { post: { workers: 4, time: 10ms } }
    operations: { pay: [post] }
`,
);

type Printed = { readonly report: ProbeReport; readonly fit: StationFit };

function expectFourWorkersOf10Ms({ fit }: Printed): void {
  expect(Math.abs(fit.workers / 4 - 1)).toBeLessThanOrEqual(0.15);
  expect(Math.abs(fit.serviceMs / 10 - 1)).toBeLessThanOrEqual(0.15);
  expect(fit).toMatchObject({ saturated: true, serverMs: expect.closeTo(10, 2) });
  expect(fit.time.kind).toBe("constant");
  expect(fit.overheadMs).toBeGreaterThan(0);
  expect(fit.note).toContain("Server-Timing");
}

/** Starts a probe that lasts long enough to be interrupted. */
function startProbe(): Running & { readonly pid: number } {
  const running = startCli(["probe", file, "bank", "--json", "--step", "400ms"]);
  started.push(running);
  return { ...running, pid: running.child.pid ?? 0 };
}

/** The probe ends by 130, and with it the servers that it has started, and their ledgers. */
async function expectInterrupted({ child, ended, pid }: Running & { pid: number }) {
  const children = descendantsOf(pid);
  expect(children.length).toBe(1);
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  await until("its servers end", () => !children.some(isAlive), 5_000);
  expect(readdirSync(folder).filter((it) => it.startsWith("tillstorm-probe"))).toEqual([]);
  return { stdout, stderr };
}

describe("tillstorm probe", () => {
  it("finds the four workers of 10 ms of a scenario's bank", async () => {
    const ramp = ["--step", "500ms", "--connections", "1", "2", "4", "8", "16", "32"];
    const words = ["probe", file, "bank", "--json", "--quiet", ...ramp];
    const { code, stdout, stderr } = await runCli(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const printed: Printed = JSON.parse(stdout);
    expectFourWorkersOf10Ms(printed);
    expect(printed.report.steps.map((step) => step.connections)).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it("finds them as well behind the address of a mock, and prints them to be pasted", async () => {
    const mock = startCli(["mock", "bank", "--config", file, "--port", "0"]);
    started.push(mock);
    let printed = "";
    mock.child.stdout?.on("data", (text: string) => {
      printed += text;
    });
    await until("the mock listens", () => /listens on \S+\n/.test(printed), 30_000);
    const url = `${/listens on (\S+)/.exec(printed)?.[1]}/pay`;
    const ramp = ["--step", "200ms", "--connections", "1", "2", "8", "16"];
    const { code, stdout } = await runCli(["probe", url, "--quiet", ...ramp]);
    expect(code).toBe(0);
    expect(stdout).toContain(`POST ${url}`);
    // Steps this short may miss by a worker on a busy machine; the test above holds the number.
    expect(stdout).toMatch(/^stage: \{ workers: [345], time: \S+ \}$/m);
    mock.child.kill("SIGINT");
    await mock.ended;
  });

  it("fits what was measured when it is interrupted, and leaves no process behind", async () => {
    const probe = startProbe();
    await until("a step ends", () => probe.stderr().includes("1 connections:"), 30_000);
    const { stdout } = await expectInterrupted(probe);
    const { report, fit }: Printed = JSON.parse(stdout);
    expect(report.partial).toBe(true);
    expect(report.steps.length).toBeGreaterThanOrEqual(1);
    expect(fit.saturated).toBe(false);
  });

  it("has nothing to fit when it is interrupted at once, and leaves no process behind", async () => {
    const probe = startProbe();
    await until("its server starts", () => descendantsOf(probe.pid).length > 0, 30_000);
    const { stdout, stderr } = await expectInterrupted(probe);
    expect(stdout).toBe("");
    expect(stderr).toContain("nothing to fit");
  });
});
