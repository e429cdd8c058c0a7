import { expect, it } from "vitest";
import { KeyedMap } from "../../src/chain/keyed-map.ts";
import { fc } from "../support/property.ts";

// Streams and numbers whose homes in the table are the same, or next to each other.
const streamKey = fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31));
const index = fc.oneof(
  fc.nat(40),
  fc.nat(40).map((it) => it * 64),
  fc.constant(2 ** 40 + 5),
);
const step = fc.record({
  what: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom("set" as const, "set" as const, "get" as const) },
    { weight: 13, arbitrary: fc.constant("take" as const) },
    { weight: 1, arbitrary: fc.constant("clear" as const) },
  ),
  streamKey,
  index,
});

// Goal: the table knows what a map by text would, after any removals in between. Method: the same
// steps on both; the keys crowd together, so that rows are pushed on, closed up and moved to a
// greater table.
it("knows what a map by text would know", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      const table = new KeyedMap<number>();
      const model = new Map<string, number>();
      steps.forEach(({ what, ...it }, value) => {
        const key = `${it.streamKey}/${it.index}`;
        if (what === "set") {
          reached.add(model.has(key) ? "overwritten" : "added");
          table.set(it.streamKey, it.index, value);
          model.set(key, value);
        } else if (what === "clear") {
          if (model.size > 0) reached.add("cleared");
          table.clear();
          model.clear();
        } else if (what === "get") {
          expect(table.get(it.streamKey, it.index)).toBe(model.get(key));
        } else {
          reached.add(model.has(key) ? "taken" : "taken in vain");
          expect(table.take(it.streamKey, it.index)).toBe(model.get(key));
          model.delete(key);
        }
        expect(table.size).toBe(model.size);
        if (model.size > 32) reached.add("grown");
      });
      for (const [key, value] of model) {
        const [stream = "", number = ""] = key.split("/");
        expect(table.get(Number(stream), Number(number))).toBe(value);
      }
    }),
    { numRuns: 300 },
  );
  const all = ["overwritten", "added", "taken", "taken in vain", "grown", "cleared"];
  expect(reached).toEqual(new Set(all));
});
