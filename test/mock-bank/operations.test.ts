import type { InjectOptions } from "fastify";
import { describe, expect, it } from "vitest";
import { bankScenario, startBank } from "./bank-under-test.ts";

const json = { "content-type": "application/json" };

describe("an operation approves", () => {
  it.each<{ why: string; request: InjectOptions; posts: number[] }>([
    { why: "a request of nothing", request: {}, posts: [0] },
    { why: "an amount", request: { payload: { merchant: 7, amountMinor: 1250 } }, posts: [1250] },
    { why: "an amount of 0", request: { payload: { amountMinor: 0 } }, posts: [0] },
    {
      why: "the largest amount",
      request: { payload: { amountMinor: Number.MAX_SAFE_INTEGER } },
      posts: [Number.MAX_SAFE_INTEGER],
    },
    { why: "fields it does not know", request: { payload: { currency: "EUR" } }, posts: [0] },
    { why: "the body null", request: { headers: json, payload: "null" }, posts: [0] },
    { why: "an empty body called JSON", request: { headers: json, payload: "" }, posts: [0] },
    {
      why: "an empty body called a form, as curl -d '' sends it",
      request: { headers: { "content-type": "application/x-www-form-urlencoded" }, payload: "" },
      posts: [0],
    },
    {
      why: "JSON with a charset",
      request: {
        headers: { "content-type": "application/json; charset=utf-8" },
        payload: '{"amountMinor":3}',
      },
      posts: [3],
    },
    { why: "a query in the address", request: { url: "/activate?verbose=1" }, posts: [0] },
    {
      why: "a trace it does not use",
      request: {
        headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
      },
      posts: [0],
    },
    { why: "a trace it cannot read", request: { headers: { traceparent: "?" } }, posts: [0] },
    { why: "the shortest key", request: { headers: { "idempotency-key": "k" } }, posts: [0] },
    {
      why: "the longest key",
      request: { headers: { "idempotency-key": "k".repeat(255) } },
      posts: [0],
    },
    { why: "a draw key", request: { headers: { "x-tillstorm-draw": "-5.4711.2" } }, posts: [0] },
    {
      why: "the largest draw key",
      request: { headers: { "x-tillstorm-draw": "-9999999999.999999999999999.9999999999" } },
      posts: [0],
    },
    { why: "an operation that posts nothing", request: { url: "/status" }, posts: [] },
  ])("$why", async ({ request, posts }) => {
    const { server, ledger } = await startBank();
    const answer = await server.inject({ method: "POST", url: "/activate", ...request });
    expect(answer.json()).toEqual({ code: "00", message: "approved" });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(answer.headers["server-timing"]).toMatch(
      /^own;dur=\d+\.\d{3}, downstream;dur=0\.000, between;dur=0\.000$/,
    );
    expect(ledger.amounts).toEqual(posts);
  });
});

describe("a credit", () => {
  it("is posted once, however often it is asked for under one key", async () => {
    const { server, ledger, replica } = await startBank();
    const ask = (key: string) =>
      server.inject({ method: "POST", url: "/activate", headers: { "idempotency-key": key } });
    const answers = await Promise.all(["a", "a", "b", "a"].map(ask));
    expect((await ask("a")).json().code).toBe("00");
    expect(answers.map((answer) => answer.json().code)).toEqual(["00", "00", "00", "00"]);
    expect(ledger.amounts).toHaveLength(2);
    expect(replica.replica.missingCount).toBe(0);
  });

  it("is posted once for all attempts of one draw key", async () => {
    const { server, ledger } = await startBank();
    for (const draw of ["1.2.0", "1.2.1", "1.3.0"]) {
      const headers = { "x-tillstorm-draw": draw };
      await server.inject({ method: "POST", url: "/activate", headers });
    }
    expect(ledger.amounts).toHaveLength(2);
  });

  it("goes by the draw key where both keys are given", async () => {
    const { server, ledger } = await startBank();
    for (const draw of ["1.2.0", "1.3.0"]) {
      const headers = { "x-tillstorm-draw": draw, "idempotency-key": "same" };
      await server.inject({ method: "POST", url: "/activate", headers });
    }
    expect(ledger.amounts).toHaveLength(2);
  });

  it("is posted for each request without a key", async () => {
    const { server, ledger } = await startBank();
    for (let i = 0; i < 3; i += 1) await server.inject({ method: "POST", url: "/activate" });
    expect(ledger.amounts).toHaveLength(3);
  });
});

describe("a request that is not approved", () => {
  it("is declined as an answer, and posts nothing", async () => {
    const { server, ledger } = await startBank(bankScenario(`    rejects: { "51": 100% }`));
    const answer = await server.inject({ method: "POST", url: "/activate" });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ code: "51", message: "insufficient funds" });
    expect(ledger.amounts).toEqual([]);
  });

  it.each([
    { code: "68", status: 504, title: "answered too late" },
    { code: "91", status: 503, title: "issuer inoperative" },
    { code: "96", status: 500, title: "system malfunction" },
  ])("fails with $code as problem details of status $status", async ({ code, status, title }) => {
    const fault = `faults: [{ at: 0s, on: bank, errors: { rate: 100%, code: "${code}" } }]`;
    const { server, ledger, bugs } = await startBank(bankScenario(fault));
    const answer = await server.inject({ method: "POST", url: "/activate" });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json;/);
    expect(answer.headers["server-timing"]).toMatch(/^own;dur=/);
    const type = `urn:tillstorm:response-code:${code}`;
    expect(answer.json()).toEqual({ type, title, status, code, cause: "bank-delay" });
    expect(ledger.amounts).toEqual([]);
    expect(bugs).toEqual([]);
  });

  it("fails with 91 during maintenance", async () => {
    const fault = "faults: [{ at: 0s, on: bank, down: maintenance }]";
    const { server } = await startBank(bankScenario(fault));
    const answer = await server.inject({ method: "POST", url: "/activate" });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: "91", cause: "communication" });
  });

  it("has new luck when it asks again under its key", async () => {
    const fault = `faults: [{ at: 0s, on: bank, errors: { rate: 50% } }]`;
    const { server } = await startBank(bankScenario(fault));
    const codes = new Set<string>();
    for (let i = 0; i < 40; i += 1) {
      const headers = { "idempotency-key": "again" };
      const answer = await server.inject({ method: "POST", url: "/activate", headers });
      codes.add(answer.json().code);
    }
    expect(codes).toEqual(new Set(["00", "96"]));
  });
});
