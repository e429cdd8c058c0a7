import { describe, expect, it } from "vitest";
import { fitUsl, uslAt } from "../../src/analysis/usl.ts";
import { fc } from "../support/property.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

if (!hasShared) console.warn(whyNotShared);

const loads = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

const lawAt = (lambda: number, sigma: number, kappa: number) => (load: number) => {
  const n = load / 0.1;
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
};

describe("fitUsl", () => {
  // Goal: what follows the law is found again. Method: random laws, measured without noise.
  it("finds the law that the points follow, and the peak of it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0.0005, max: 0.05, noNaN: true }),
        (lambda, sigma, kappa) => {
          const truth = lawAt(lambda, sigma, kappa);
          const fit = fitUsl(loads.map((load) => ({ load, perSecond: truth(load) })));
          expect(fit).not.toBeNull();
          if (fit === null) return;
          expect(fit.r2).toBeGreaterThan(0.999_999);
          expect(fit.isPoor).toBe(false);
          for (const load of loads) expect(uslAt(fit, load) / truth(load)).toBeCloseTo(1, 4);
          const peakN = Math.sqrt((1 - sigma) / kappa);
          if (peakN > 1) expect(fit.peakLoad).toBeCloseTo(0.1 * peakN, 2);
        },
      ),
    );
  });

  // Throughput of a server that was measured at 1 to 216 generators of load (SPEC SDM, 1991).
  it.skipIf(!hasShared)(
    "finds the law of usl-specsdm91 as another program of least squares does",
    () => {
      const generators = [1, 18, 36, 72, 108, 144, 216];
      const scripts = [64.9, 995.9, 1_652.4, 1_853.2, 1_828.9, 1_775, 1_702.2];
      const points = generators.map((load, i) => ({ load, perSecond: scripts[i] ?? Number.NaN }));
      const exact = (figure: string) => oracle("usl-specsdm91", figure);
      const fit = fitUsl(points);
      expect(fit).not.toBeNull();
      if (fit === null) return;
      expect(fit.lambdaPerSecond / exact("lambda3")).toBeCloseTo(1, 5);
      expect(fit.sigma / exact("sigma3")).toBeCloseTo(1, 5);
      expect(fit.kappa / exact("kappa3")).toBeCloseTo(1, 5);
      expect((fit.peakLoad ?? 0) / exact("Npeak3")).toBeCloseTo(1, 5);
      expect(uslAt(fit, exact("Npeak3")) / exact("Xpeak3")).toBeCloseTo(1, 5);
      expect(fit.r2).toBeCloseTo(exact("R2"), 6);
    },
  );

  it("gives no coefficient below 0, and no peak to a throughput that grows evenly", () => {
    const fit = fitUsl(loads.map((load) => ({ load, perSecond: 80 * load ** 1.02 })));
    expect(fit).toMatchObject({ sigma: 0, kappa: 0, peakLoad: null, isPoor: false });
    expect(fit?.lambdaPerSecond).toBeGreaterThan(8);
  });

  it("says that a cliff is not described by the law", () => {
    const cliff = loads.map((load) => ({ load, perSecond: load <= 1.25 ? 80 * load : 0.5 }));
    expect(fitUsl(cliff)?.isPoor).toBe(true);
  });

  it("does not fit a curve through fewer than five points", () => {
    expect(fitUsl(loads.slice(0, 4).map((load) => ({ load, perSecond: load })))).toBeNull();
  });
});
