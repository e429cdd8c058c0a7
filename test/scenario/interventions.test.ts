import { describe, expect, it } from "vitest";
import { interventionsOf } from "../../src/scenario/interventions.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

const { scenario } = parseScenario(
  `
name: small
duration: 1m
traffic:
  pays:
    journey: pay
    arrivals: { poisson: { rate: 5/s } }
    merchants: 10
    amount: 5
    patience: { wait: 5s, retries: 3 }
network: { terminal-operator: { latency: 50ms, loss: 1% }, operator-bank: { loss: 1% } }
services:
  operator:
    stages:
      check: { workers: 2, time: 11ms }
      forward: { workers: 4, call: { to: bank, timeout: 1s, retry: { attempts: 2 } } }
    operations: { pay: [check, forward] }
  bank:
    replicas: 2
    stages: { post: { workers: 3, time: { exponential: { mean: 22ms } }, posts: true } }
    operations: { pay: [post] }
`,
  "test.yaml",
).baseline;

const found = interventionsOf(scenario);
const changed = (kind: string, target: string) =>
  found.find((it) => it.kind === kind && it.target === target)?.scenario;

describe("what a profile tries", () => {
  it("is every stage, service, link and caller once, and nothing that would change nothing", () => {
    expect(found.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
      "faster operator.check",
      "faster bank.post",
      "worker operator.check",
      "worker operator.forward",
      "worker bank.post",
      "replica operator",
      "replica bank",
      "link terminal-operator",
      "retries operator.forward",
      "retries traffic.pays",
    ]);
  });

  it("changes that one thing", () => {
    expect(changed("faster", "operator.check")?.services.operator?.stages.check?.time).toBeCloseTo(
      10,
    );
    expect(changed("faster", "bank.post")?.services.bank?.stages.post?.time).toEqual({
      exponential: { mean: 22 / 1.1 },
    });
    expect(changed("worker", "bank.post")?.services.bank?.stages.post?.workers).toBe(4);
    expect(changed("replica", "bank")?.services.bank?.replicas).toBe(3);
    const link = changed("link", "terminal-operator")?.network["terminal-operator"];
    expect(link?.latency).toBeCloseTo(50 / 1.1);
    expect(link?.loss).toBe(0.01);
    const retries = changed("retries", "operator.forward")?.services.operator?.stages.forward?.call;
    expect(retries).toMatchObject({ to: "bank", timeout: 1_000 });
    expect(retries?.retry).toBeUndefined();
    expect(changed("retries", "traffic.pays")?.traffic.pays?.patience?.retries).toBe(1);
    expect(scenario.services.bank?.replicas).toBe(2);
  });
});
