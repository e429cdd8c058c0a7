import type { InjectOptions } from "fastify";
import { describe, expect, it } from "vitest";
import { ServerMetrics } from "../../mock-bank/metrics.ts";
import { buildServer } from "../../mock-bank/server.ts";
import { bankScenario, startBank } from "./bank-under-test.ts";

const json = { "content-type": "application/json" };
const text = { "content-type": "text/plain" };

type Case = {
  readonly why: string;
  readonly request: InjectOptions;
  readonly status: number;
  readonly detail: string;
  readonly allow?: string;
};

const cases: readonly Case[] = [
  {
    why: "text that is no JSON",
    request: { headers: json, payload: "{" },
    status: 400,
    detail: "Body is not valid JSON",
  },
  {
    why: "spaces instead of JSON",
    request: { headers: json, payload: "  " },
    status: 400,
    detail: "Body is not valid JSON",
  },
  {
    why: "a message type that there is not",
    request: { headers: { "x-tillstorm-message": "0200" } },
    status: 400,
    detail: "expected x-tillstorm-message: 0320, 0420, 0421, 0500, or none",
  },
  {
    why: "a list",
    request: { payload: [] },
    status: 400,
    detail: "body must be object,null",
  },
  {
    why: "a bare number",
    request: { headers: json, payload: "0" },
    status: 400,
    detail: "body must be object,null",
  },
  {
    why: "an empty text",
    request: { headers: json, payload: '""' },
    status: 400,
    detail: "body must be object,null",
  },
  {
    why: "an amount in words",
    request: { payload: { amountMinor: "12" } },
    status: 400,
    detail: "body/amountMinor must be integer",
  },
  {
    why: "an amount that is null",
    request: { payload: { amountMinor: null } },
    status: 400,
    detail: "body/amountMinor must be integer",
  },
  {
    why: "half a cent",
    request: { payload: { amountMinor: 0.5 } },
    status: 400,
    detail: "body/amountMinor must be integer",
  },
  {
    why: "a negative amount",
    request: { payload: { amountMinor: -1 } },
    status: 400,
    detail: "body/amountMinor must be >= 0",
  },
  {
    why: "an amount beyond whole numbers",
    request: { headers: json, payload: '{"amountMinor":1e300}' },
    status: 400,
    detail: "body/amountMinor must be <= 9007199254740991",
  },
  {
    why: "an amount without end",
    request: { headers: json, payload: '{"amountMinor":1e400}' },
    status: 400,
    detail: "body/amountMinor must be integer",
  },
  {
    why: "a merchant that is true",
    request: { payload: { merchant: true } },
    status: 400,
    detail: "body/merchant must be integer",
  },
  {
    why: "a poisoned object",
    request: { headers: json, payload: '{"__proto__":{"amountMinor":5}}' },
    status: 400,
    detail: "Body is not valid JSON",
  },
  {
    why: "a key that is empty",
    request: { headers: { "idempotency-key": "" } },
    status: 400,
    detail: "headers/idempotency-key must NOT have fewer than 1 characters",
  },
  {
    why: "a key that is too long",
    request: { headers: { "idempotency-key": "k".repeat(256) } },
    status: 400,
    detail: "headers/idempotency-key must NOT have more than 255 characters",
  },
  {
    why: "a draw key in words",
    request: { headers: { "x-tillstorm-draw": "one.two.three" } },
    status: 400,
    detail: "expected x-tillstorm-draw: stream.index.attempt",
  },
  {
    why: "an address that cannot be decoded",
    request: { url: "/%zz" },
    status: 400,
    detail: "the path is not well-formed",
  },
  {
    why: "an unknown path",
    request: { url: "/nowhere" },
    status: 404,
    detail: "no such path; this server answers POST /activate, POST /status",
  },
  {
    why: "an unknown path, whatever the body",
    request: { url: "/nowhere", headers: text, payload: "x".repeat(20_000) },
    status: 404,
    detail: "no such path",
  },
  {
    why: "a path with a slash too much",
    request: { url: "/activate/" },
    status: 404,
    detail: "no such path",
  },
  {
    why: "a path that every object has",
    request: { url: "/constructor" },
    status: 404,
    detail: "no such path",
  },
  ...(["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] as const).map((method) => ({
    why: `${method} of an operation`,
    request: { method, url: "/activate?x=1" },
    status: 405,
    detail: "this path answers POST",
    allow: "POST",
  })),
  {
    why: "PUT of an operation, whatever the body",
    request: { method: "PUT", headers: json, payload: "{" },
    status: 405,
    detail: "this path answers POST",
    allow: "POST",
  },
  ...["/healthz", "/metrics", "/openapi.json"].map((url) => ({
    why: `POST ${url}`,
    request: { url },
    status: 405,
    detail: "this path answers GET, HEAD",
    allow: "GET, HEAD",
  })),
  {
    why: "a body of 16 KiB and a byte",
    request: { headers: json, payload: `"${"x".repeat(16 * 1024 - 1)}"` },
    status: 413,
    detail: "a body holds at most 16384 bytes",
  },
  {
    why: "plain text",
    request: { headers: text, payload: "activate, please" },
    status: 415,
    detail: "send application/json, or no body",
  },
  {
    why: "JSON that calls itself nothing",
    request: { headers: { "content-type": "" }, payload: "{}" },
    status: 415,
    detail: "",
  },
];

describe("a request that cannot be served", () => {
  it.each(cases)("$why gets $status", async ({ request, status, detail, allow }) => {
    const { server, ledger, bugs } = await startBank();
    const answer = await server.inject({ method: "POST", url: "/activate", ...request });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json;/);
    expect(answer.headers.allow).toBe(allow);
    if (request.method !== "HEAD") {
      const body: { detail: string } = answer.json();
      expect(body).toMatchObject({ type: "about:blank", title: expect.any(String), status });
      expect(body.detail).toContain(detail);
      expect(answer.body).not.toMatch(/FST_|node_modules|\.ts\b|\n/);
    }
    expect(ledger.amounts).toEqual([]);
    expect(bugs).toEqual([]);
  });

  it("is told nothing of a mistake of ours, which is reported", async () => {
    const bug = new Error("secret insides");
    const bugs: unknown[] = [];
    const server = await buildServer({
      service: "bank",
      number: 1,
      operations: ["activate"],
      stage: () => {
        throw bug;
      },
      metrics: new ServerMetrics("bank", 1, () => new Map()),
      onBug: (error) => bugs.push(error),
    });
    const answer = await server.inject({ method: "POST", url: "/activate" });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: "about:blank",
      title: "Internal error",
      status: 500,
      detail: "the server failed",
    });
    expect(bugs).toEqual([bug]);
    await server.close();
  });

  it("does not stop an operation from being called like a page", async () => {
    const { server } = await startBank(bankScenario().replace("status:", "metrics:"));
    const post = await server.inject({ method: "POST", url: "/metrics" });
    expect(post.json().code).toBe("00");
    expect((await server.inject({ url: "/metrics" })).body).toContain("tillstorm_answers_total");
    const put = await server.inject({ method: "PUT", url: "/metrics" });
    expect(put.headers.allow).toBe("GET, HEAD, POST");
  });
});
