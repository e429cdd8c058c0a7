import { describe, expect, it } from "vitest";
import { bankScenario, startBank } from "./bank-under-test.ts";

/** A number of the Prometheus text format; the order of its labels does not matter. */
function sampleOf(text: string, name: string, labels: readonly string[]): number | undefined {
  for (const line of text.split("\n")) {
    const match = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
    if (match?.[1] !== name) continue;
    const given = (match[2] ?? "").split(",");
    if (given.length === labels.length && labels.every((it) => given.includes(it))) {
      return Number(match[3]);
    }
  }
  return undefined;
}

describe("GET /healthz", () => {
  it.each([
    { down: undefined, status: 200, says: "ok" },
    { down: "maintenance", status: 503, says: "maintenance" },
    { down: "hang", status: 503, says: "hang" },
    { down: "refuse", status: 503, says: "refuse" },
  ])("says $says with $status", async ({ down, status, says }) => {
    const faults = down === undefined ? "" : `faults: [{ at: 0s, on: bank, down: ${down} }]`;
    const { server } = await startBank(bankScenario(faults));
    const answer = await server.inject({ url: "/healthz" });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ status: says, service: "bank", replica: 1 });
    expect((await server.inject({ method: "HEAD", url: "/healthz" })).statusCode).toBe(status);
  });
});

describe("GET /metrics", () => {
  it("counts answers by operation and code, times them, and shows the stages", async () => {
    const { server } = await startBank(bankScenario(`    rejects: { "51": 100% }`));
    for (const url of ["/activate", "/activate", "/status", "/nowhere"]) {
      await server.inject({ method: "POST", url });
    }
    const answer = await server.inject({ url: "/metrics" });
    expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    const sample = (name: string, ...labels: readonly string[]) =>
      sampleOf(answer.body, name, [...labels, 'service="bank"', 'replica="1"']);
    const activate = 'operation="activate"';
    expect(sample("tillstorm_answers_total", activate, 'code="51"')).toBe(2);
    expect(sample("tillstorm_answers_total", 'operation="status"', 'code="51"')).toBe(1);
    expect(sample("tillstorm_answer_seconds_count", activate)).toBe(2);
    expect(sample("tillstorm_answer_seconds_bucket", activate, 'le="+Inf"')).toBe(2);
    const identity = 'stage="identity"';
    expect(sample("tillstorm_stage_arrivals", identity)).toBe(3);
    expect(sample("tillstorm_stage_completions", identity)).toBe(3);
    expect(sample("tillstorm_stage_arrivals", 'stage="post"')).toBe(0);
    for (const name of ["dropped", "failed", "busy_workers", "queue_length"]) {
      expect(sample(`tillstorm_stage_${name}`, identity)).toBe(0);
    }
    expect(answer.body).not.toContain("nowhere");
  });
});

describe("GET /openapi.json", () => {
  it("describes each operation with its request and its answers, and /healthz", async () => {
    const { server } = await startBank();
    const answer = await server.inject({ url: "/openapi.json" });
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    const document = answer.json();
    expect(document.openapi).toMatch(/^3\.0\.\d$/);
    expect(Object.keys(document.paths).sort()).toEqual(["/activate", "/healthz", "/status"]);
    for (const path of ["/activate", "/status"]) {
      const { post } = document.paths[path];
      expect(post.operationId).toBe(path.slice(1));
      expect(post.requestBody.required).toBe(false);
      const body = post.requestBody.content["application/json"].schema;
      expect(body).toMatchObject({ type: "object", nullable: true });
      expect(Object.keys(body.properties)).toEqual([
        ...["merchant", "amountMinor", "link", "captcha", "code", "terminalMs"],
      ]);
      const headers = post.parameters.map((it: { name: string; in: string }) => [it.in, it.name]);
      expect(headers).toEqual([
        ["header", "idempotency-key"],
        ["header", "x-tillstorm-draw"],
        ["header", "x-tillstorm-message"],
        ["header", "traceparent"],
      ]);
      expect(Object.keys(post.responses)).toEqual(["200", "4XX", "5XX"]);
      expect(Object.keys(post.responses["200"].content)).toEqual(["application/json"]);
      expect(Object.keys(post.responses["200"].headers)).toEqual(["Server-Timing"]);
      expect(Object.keys(post.responses["5XX"].content)).toEqual(["application/problem+json"]);
    }
    expect(Object.keys(document.paths["/healthz"].get.responses)).toEqual(["200", "503"]);
  });
});
