import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { studentTQuantile } from "../../src/analysis/student-t.ts";
import { normalQuantile } from "../../src/kernel/quantile.ts";
import { fc } from "../support/property.ts";

const oracleFile = new URL("../../../shared/oracles.json", import.meta.url);
const Oracles = z.object({
  oracles: z.array(z.object({ id: z.string(), values: z.record(z.string(), z.unknown()) })),
});

describe("studentTQuantile", () => {
  it.skipIf(!existsSync(oracleFile))("agrees with the oracle (needs ../shared)", () => {
    const { oracles } = Oracles.parse(JSON.parse(readFileSync(oracleFile, "utf8")));
    const values = Object.entries(oracles.find((it) => it.id === "t-quantiles")?.values ?? {});
    expect(values.length).toBeGreaterThan(0);
    for (const [name, value] of values) {
      const [p = "", degrees = ""] = name.replace("t", "0").split(",");
      expect(studentTQuantile(Number(p), Number(degrees)) / Number(value)).toBeCloseTo(1, 12);
    }
  });

  // Tables: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, to its three digits.
  it.each([
    { p: 0.975, degrees: 1, t: 12.706 },
    { p: 0.975, degrees: 2, t: 4.303 },
    { p: 0.975, degrees: 5, t: 2.571 },
    { p: 0.975, degrees: 10, t: 2.228 },
    { p: 0.95, degrees: 30, t: 1.697 },
    { p: 0.995, degrees: 100, t: 2.626 },
  ])("t($p, $degrees) is $t", ({ p, degrees, t }) => {
    expect(studentTQuantile(p, degrees)).toBeCloseTo(t, 3);
  });

  it("is the closed form for one and two degrees of freedom", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        const one = Math.tan(Math.PI * (p - 0.5));
        const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
        expect(Math.abs(studentTQuantile(p, 1) - one)).toBeLessThan(1e-8 * (1 + Math.abs(one)));
        expect(Math.abs(studentTQuantile(p, 2) - two)).toBeLessThan(1e-8 * (1 + Math.abs(two)));
      }),
    );
  });

  it("is symmetric, grows with p, and comes down to the normal quantile", () => {
    const upper = fc.double({ min: 0.51, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(upper, fc.integer({ min: 1, max: 400 }), (p, degrees) => {
        const t = studentTQuantile(p, degrees);
        expect(studentTQuantile(1 - p, degrees)).toBeCloseTo(-t, 8);
        expect(studentTQuantile(p + 0.0005, degrees)).toBeGreaterThan(t);
        expect(studentTQuantile(p, degrees + 1)).toBeLessThan(t);
        expect(t).toBeGreaterThan(normalQuantile(p));
      }),
    );
    expect(studentTQuantile(0.975, 100_000)).toBeCloseTo(normalQuantile(0.975), 4);
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });
});
