import { describe, expect, it } from "vitest";
import { gateFigures } from "../../src/scenario/gate-figures.ts";

describe("gateFigures", () => {
  it("names every figure once and describes it in a sentence", () => {
    expect(new Set(gateFigures.map((it) => it.name)).size).toBe(gateFigures.length);
    for (const { description } of gateFigures) expect(description).toMatch(/\.$/);
  });
});
