import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import {
  descendantsOf,
  type Ended,
  isAlive,
  type Running,
  runCli,
  startCli,
  until,
} from "../support/cli.ts";

const lunchRush = ["--config", "scenarios/lunch-rush.yaml"];
const scratch = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
vi.stubEnv("TMPDIR", scratch);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

const started: Running[] = [];
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  for (const folder of ledgerFolders()) {
    rmSync(path.join(scratch, folder), { recursive: true, force: true });
  }
});

type Mock = Running & { readonly pid: number; readonly url: string; readonly printed: string };

/** Starts `tillstorm mock` with these words, and waits until it says where it listens. */
async function startMock(...words: readonly string[]): Promise<Mock> {
  const running = startCli(["mock", ...words]);
  started.push(running);
  const { child, ended } = running;
  let printed = "";
  child.stdout?.on("data", (text: string) => {
    printed += text;
  });
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  await until(
    "the mock listens, or ends",
    () => isOver || printed.includes("/openapi.json"),
    30_000,
  );
  const url = /listens on (http:\/\/127\.0\.0\.1:\d+)$/m.exec(printed)?.[1];
  if (url === undefined || child.pid === undefined) throw new Error(running.stderr());
  return { ...running, pid: child.pid, url, printed };
}

async function codeOf(url: string, key?: string): Promise<string> {
  const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  const answer = await fetch(`${url}/activate`, { method: "POST", headers });
  const body: { code: string } = JSON.parse(await answer.text());
  return body.code;
}

/** The folders of the ledgers of mocks that did not clear up, or have not yet. */
function ledgerFolders(): string[] {
  return readdirSync(scratch).filter((it) => it.startsWith("tillstorm-mock"));
}

/** How it ended, if it did by itself. */
async function endOf({ child, ended }: Running): Promise<Ended> {
  await until("the mock ends", () => child.exitCode !== null || child.signalCode !== null, 15_000);
  return ended;
}

/** Ends the mock in a way, and looks whether anything of it is left. */
async function expectEndsBy(mock: Mock, signal: NodeJS.Signals): Promise<void> {
  const processes = [mock.pid, ...descendantsOf(mock.pid)];
  mock.child.kill(signal);
  const { code, stderr } = await endOf(mock);
  expect(code, stderr).toBe(0);
  expect(processes.filter(isAlive)).toEqual([]);
  await expect(fetch(`${mock.url}/healthz`)).rejects.toThrow();
  expect(ledgerFolders()).toEqual([]);
}

describe("tillstorm mock bank", () => {
  it("serves a bank of a scenario until SIGINT, with its health, metrics and description", async () => {
    const bank = await startMock("bank", ...lunchRush);
    expect(bank.printed.split("\n").slice(1)).toEqual([
      "  POST /activate",
      "  GET /healthz",
      "  GET /metrics",
      "  GET /openapi.json",
      "",
    ]);
    expect(descendantsOf(bank.pid)).toEqual([]);
    expect(["00", "05", "51"]).toContain(await codeOf(bank.url, "one"));
    const health = await fetch(`${bank.url}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: "ok", service: "bank", replica: 1 });
    const metrics = await (await fetch(`${bank.url}/metrics`)).text();
    expect(metrics).toMatch(/^tillstorm_answers_total\{operation="activate",code="\d\d",.*\} 1$/m);
    expect(metrics).toMatch(/^tillstorm_stage_arrivals\{stage="identity",.*\} 1$/m);
    const description = JSON.parse(await (await fetch(`${bank.url}/openapi.json`)).text());
    expect(Object.keys(description.paths).sort()).toEqual(["/activate", "/healthz"]);
    await expectEndsBy(bank, "SIGINT");
  });

  it("decides the same for a key, however often it is asked", async () => {
    const bank = await startMock("bank", ...lunchRush);
    for (const key of ["a", "b", "c"]) {
      const first = await codeOf(bank.url, key);
      expect(await codeOf(bank.url, key)).toBe(first);
    }
    await expectEndsBy(bank, "SIGTERM");
  });

  it("says that its port is taken, and ends with 3", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const address = squatter.address();
    if (address === null || typeof address === "string") throw new Error("listens on no port");
    const port = String(address.port);
    for (const service of ["bank", "operator"]) {
      const words = ["mock", service, ...lunchRush, "--port", port];
      const { code, stdout, stderr } = await runCli(words);
      expect(code).toBe(3);
      expect(stdout).toBe("");
      const lines = stderr.split("\n").filter((it) => !it.includes("started for it"));
      expect(lines).toEqual([
        `the mock ${service} cannot listen on 127.0.0.1:${port}: the port is taken`,
        "  hint: end what holds the port, or take another: --port 0 takes any free one",
        "",
      ]);
    }
    expect(ledgerFolders()).toEqual([]);
    squatter.close();
  });
});

describe("tillstorm mock operator", () => {
  it("starts the bank that it calls, and takes an activation through both", async () => {
    const operator = await startMock("operator", ...lunchRush);
    expect(operator.stderr()).toMatch(/^bank#1 started for it on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(descendantsOf(operator.pid)).toHaveLength(1);
    const codes = await Promise.all(
      Array.from({ length: 30 }, (_, index) => codeOf(operator.url, `activation ${index}`)),
    );
    expect(codes).toContain("00");
    for (const code of codes) expect(["00", "05", "51"]).toContain(code);
    const bankUrl = /http:\S+/.exec(operator.stderr())?.[0];
    const metrics = await (await fetch(`${bankUrl}/metrics`)).text();
    expect(metrics).toMatch(/^tillstorm_stage_arrivals\{stage="identity",.*\} 30$/m);
    await expectEndsBy(operator, "SIGTERM");
  });

  it("leaves no bank behind when it is killed", async () => {
    const operator = await startMock("operator", ...lunchRush);
    const banks = descendantsOf(operator.pid);
    expect(banks).toHaveLength(1);
    operator.child.kill("SIGKILL");
    await operator.ended;
    await until("the bank ends by itself", () => !banks.some(isAlive), 3_000);
  });

  it("can be ended while it starts", async () => {
    const operator = startCli(["mock", "operator", ...lunchRush]);
    started.push(operator);
    const pid = operator.child.pid ?? 0;
    await until("it starts a bank", () => descendantsOf(pid).length > 0, 30_000);
    const processes = [pid, ...descendantsOf(pid)];
    operator.child.kill("SIGTERM");
    await endOf(operator);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(ledgerFolders()).toEqual([]);
  });

  it("ends with 3 when its bank dies", async () => {
    const operator = await startMock("operator", ...lunchRush);
    for (const bank of descendantsOf(operator.pid)) process.kill(bank, "SIGKILL");
    const { code, stderr } = await endOf(operator);
    expect(code).toBe(3);
    expect(stderr).toContain("bank#1 ended unexpectedly (SIGKILL)");
  });

  it("calls the bank that it is given, for all the replicas that the scenario says", async () => {
    const asked: string[] = [];
    const ownBank = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["x-tillstorm-draw"]}`);
      response.setHeader("content-type", "application/json");
      response.end('{"code":"14","message":"no such card"}');
    }).listen(0, "127.0.0.1");
    await once(ownBank, "listening");
    const address = ownBank.address();
    if (address === null || typeof address === "string") throw new Error("listens on no port");
    const config = path.join(scratch, "two-banks.yaml");
    writeFileSync(config, twoBanks);
    const upstream = `bank=http://127.0.0.1:${address.port}`;
    const operator = await startMock("operator", "--config", config, "--upstream", upstream);
    expect(descendantsOf(operator.pid)).toEqual([]);
    for (let i = 0; i < 4; i += 1) expect(await codeOf(operator.url)).toBe("14");
    expect(asked).toHaveLength(4);
    expect(asked[0]).toMatch(/^POST \/activate -?\d+\.\d+\.0$/);
    await expectEndsBy(operator, "SIGINT");
    ownBank.close();
  });
});

const twoBanks = `name: two-banks
duration: 1m
traffic: { people: { journey: activate, arrivals: { even: { rate: 1/s } } } }
services:
  operator:
    stages: { forward: { workers: 8, call: { to: bank, timeout: 5s } } }
    operations: { activate: [forward] }
  bank:
    replicas: 2
    stages: { post: { workers: 8, posts: true } }
    operations: { activate: [post] }
`;

describe("tillstorm mock with wrong words", () => {
  it.each([
    { words: ["bnak"], says: "has no service bnak\n  hint: write bank" },
    { words: ["bank", "--port", "99999"], says: "--port 99999: expected a port from 0" },
    { words: ["operator", "--upstream", "bank"], says: "expected service=http://host:port" },
    {
      words: ["operator", "--upstream", "bank=http://bank.example:80"],
      says: "bank.example is not this machine\n  hint: add --allow-remote",
    },
  ])("$words: says what is wrong and ends with 2", async ({ words, says }) => {
    const { code, stdout, stderr } = await runCli(["mock", ...words, ...lunchRush]);
    expect(stderr).toContain(says);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
