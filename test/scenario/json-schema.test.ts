import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { renderStarter } from "../../src/cli/starter.ts";
import { renderJsonSchema } from "../../src/scenario/json-schema.ts";
import { renderReference } from "../../src/scenario/reference.ts";
import { Scenario } from "../../src/scenario/schema.ts";
import { lunchRush } from "./lunch-rush.ts";

const schema = JSON.parse(renderJsonSchema());
const checker = z.fromJSONSchema(schema);

describe("the JSON Schema", () => {
  it("accepts the starter and the scenario of the design, as they are written", () => {
    expect(checker.safeParse(parse(renderStarter("scenario.yaml", "/p"))).error).toBeUndefined();
    expect(checker.safeParse(parse(lunchRush)).error).toBeUndefined();
  });

  it.each([
    { why: "a misspelt key", from: "replicas: 1", to: "replcas: 1" },
    { why: "a wrong unit", from: "slow: 3x", to: "slow: 3s" },
    { why: "an unknown balancer", from: "balancer: round-robin", to: "balancer: fastest" },
    { why: "a missing key", from: "workers: 6, ", to: "" },
  ])("rejects $why", ({ from, to }) => {
    expect(checker.safeParse(parse(lunchRush.replace(from, to))).success).toBe(false);
  });

  it("shows defaults in the form in which they are written", () => {
    const { promise, drain, gates } = schema.properties;
    expect([promise.default, drain.default, gates.default]).toEqual(["30s", "1m", []]);
    const link = schema.properties.network.additionalProperties.properties;
    expect([link.latency.default, link.loss.default]).toEqual(["0s", "0%"]);
  });

  it("gives no default that the scenario itself would not read", () => {
    const defaults = Object.entries<{ default?: unknown }>(schema.properties).flatMap(
      ([key, it]) => (it.default === undefined ? [] : [[key, it.default]]),
    );
    const raw = { ...parse(lunchRush), ...Object.fromEntries(defaults) };
    expect(Scenario.safeParse(raw).error).toBeUndefined();
  });
});

describe("the reference", () => {
  const reference = renderReference();

  it.each([
    "| `duration` | a duration such as 250ms, 2s or 10m | required | Time during which activations start. |",
    "| `network.<name>.loss` | a share such as 0.2% (0% to 100%) | `0%` | Share of the messages, either way, that never arrive. |",
    "| `exponential.mean` | a duration such as 250ms, 2s or 10m | required | Mean. |",
  ])("has the line %s", (line) => {
    expect(reference.split("\n")).toContain(line);
  });

  it("explains every key: none without a value, few without a meaning", () => {
    const rows = reference.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => /\| (anything|undefined) \|/.test(row))).toEqual([]);
    expect(rows.filter((row) => row.endsWith("|  |"))).toMatchInlineSnapshot(`[]`);
  });
});
