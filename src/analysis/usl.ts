/** What throughput is measured at one load. */
export type Measured = { readonly load: number; readonly perSecond: number };

/**
 * The Universal Scalability Law X(N) = λN / (1 + σ(N - 1) + κN(N - 1)), fitted to what was measured.
 * N counts in units of the least load, so N = 1 is the least.
 */
export type UslFit = {
  /** The load that is N = 1. */
  readonly unitLoad: number;
  /** λ: throughput at N = 1. */
  readonly lambdaPerSecond: number;
  /** σ: contention; the throughput levels off. */
  readonly sigma: number;
  /** κ: crosstalk; the throughput falls beyond its peak. */
  readonly kappa: number;
  /** Where the law has its peak; null: it has none. */
  readonly peakLoad: number | null;
  /** 1 - residual / total sum of squares of X; 1 is perfect. */
  readonly r2: number;
  /** The law does not describe this chain: read its figures as nothing more than a curve. */
  readonly isPoor: boolean;
};

const pointMinCount = 5;
/** Below this the fit is called poor. */
const r2Min = 0.95;
const stepMaxCount = 50;

/**
 * Least squares by Gauss-Newton on X, from two beginnings: the line N / X = a + b(N - 1) + cN(N - 1),
 * which a collapse bends out of shape, and a law that is nearly straight. No coefficient is below 0:
 * one that would be is left out.
 *
 * @returns `null` for fewer than five points of a throughput above 0.
 * @see Gunther 2007, "Guerrilla Capacity Planning", chapter 5.
 */
export function fitUsl(measured: readonly Measured[]): UslFit | null {
  const points = measured.filter((it) => it.perSecond > 0).toSorted((a, b) => a.load - b.load);
  const [least] = points;
  if (least === undefined || points.length < pointMinCount) return null;
  const loads = points.map(({ load, perSecond }) => ({ n: load / least.load, x: perSecond }));
  // Which of σ and κ take part: the best fit in which neither is negative.
  const fits = subsets.flatMap((terms) => {
    const line = fitLine(loads, terms);
    const starts = [plainStart(loads, terms), ...(line === null ? [] : [line])];
    return starts.map((it) => polish(loads, it, terms));
  });
  const feasible = fits.filter((it) => it.lambda > 0 && it.sigma >= 0 && it.kappa >= 0);
  const best = feasible.reduce<Law | null>(
    (so, it) => (so === null || squares(loads, it) < squares(loads, so) ? it : so),
    null,
  );
  if (best === null) return null;
  const mean = loads.reduce((sum, { x }) => sum + x, 0) / loads.length;
  const total = loads.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  const r2 = total === 0 ? 0 : 1 - squares(loads, best) / total;
  const { lambda, sigma, kappa } = best;
  const peakN = kappa > 0 && sigma < 1 ? Math.sqrt((1 - sigma) / kappa) : null;
  return {
    unitLoad: least.load,
    lambdaPerSecond: lambda,
    sigma,
    kappa,
    peakLoad: peakN === null || peakN < 1 ? null : peakN * least.load,
    r2,
    isPoor: r2 < r2Min,
  };
}

type Point = { readonly n: number; readonly x: number };
type Law = { readonly lambda: number; readonly sigma: number; readonly kappa: number };
type Term = "sigma" | "kappa";
const subsets: readonly (readonly Term[])[] = [["sigma", "kappa"], ["sigma"], ["kappa"], []];

/** The throughput that a law predicts at a load. */
export function uslAt(law: Omit<UslFit, "r2" | "isPoor" | "peakLoad">, load: number): number {
  const { lambdaPerSecond: lambda, sigma, kappa, unitLoad } = law;
  return predict({ lambda, sigma, kappa }, load / unitLoad);
}

function predict({ lambda, sigma, kappa }: Law, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

function squares(points: readonly Point[], law: Law): number {
  return points.reduce((sum, { n, x }) => sum + (x - predict(law, n)) ** 2, 0);
}

function basis(n: number, terms: readonly Term[]): number[] {
  return [1, ...terms.map((it) => (it === "sigma" ? n - 1 : n * (n - 1)))];
}

function fitLine(points: readonly Point[], terms: readonly Term[]): Law | null {
  const rows = points.map(({ n, x }) => ({ row: basis(n, terms), y: n / x }));
  const solved = leastSquares(rows);
  const [a = 0, ...rest] = solved ?? [];
  if (solved === null || a <= 0) return null;
  const of = (term: Term) => (rest[terms.indexOf(term)] ?? 0) / a;
  return { lambda: 1 / a, sigma: of("sigma"), kappa: of("kappa") };
}

/** As if all load were served, and a little were in the way. */
function plainStart(points: readonly Point[], terms: readonly Term[]): Law {
  const of = (term: Term) => (terms.includes(term) ? 0.01 : 0);
  return { lambda: points[0]?.x ?? 1, sigma: of("sigma"), kappa: of("kappa") ** 2 };
}

/** Gauss-Newton on the throughput, halving steps that do not come closer. */
function polish(points: readonly Point[], start: Law, terms: readonly Term[]): Law {
  let law = start;
  for (let step = 0; step < stepMaxCount; step += 1) {
    const { lambda, sigma, kappa } = law;
    const rows = points.map(({ n, x }) => {
      const below = 1 + sigma * (n - 1) + kappa * n * (n - 1);
      const slope = (-lambda * n) / below ** 2;
      const row = basis(n, terms).map((it, place) => (place === 0 ? n / below : slope * it));
      return { row, y: x - predict(law, n) };
    });
    const change = leastSquares(rows);
    if (change === null) return law;
    const closer = [1, 0.5, 0.25, 0.125, 1 / 64]
      .map((share) => moved(law, change, share, terms))
      .find((it) => squares(points, it) < squares(points, law) * (1 - 1e-12));
    if (closer === undefined) return law;
    law = closer;
  }
  return law;
}

function moved(law: Law, change: readonly number[], share: number, terms: readonly Term[]): Law {
  const of = (term: Term) => share * (change[1 + terms.indexOf(term)] ?? 0);
  return {
    lambda: law.lambda + share * (change[0] ?? 0),
    sigma: terms.includes("sigma") ? law.sigma + of("sigma") : law.sigma,
    kappa: terms.includes("kappa") ? law.kappa + of("kappa") : law.kappa,
  };
}

/** Solves the normal equations by Gauss with pivots; null where they have no single solution. */
function leastSquares(
  rows: readonly { readonly row: readonly number[]; readonly y: number }[],
): number[] | null {
  const size = rows[0]?.row.length ?? 0;
  const sum = (i: number, j: number) =>
    rows.reduce((total, { row, y }) => total + (row[i] ?? 0) * (j === size ? y : (row[j] ?? 0)), 0);
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (__, j) => sum(i, j)),
  );
  for (let column = 0; column < size; column += 1) {
    const below = matrix.slice(column);
    const pivot = below.reduce((a, b) =>
      Math.abs(b[column] ?? 0) > Math.abs(a[column] ?? 0) ? b : a,
    );
    const head = pivot[column] ?? 0;
    if (Math.abs(head) < 1e-300) return null;
    matrix.splice(matrix.indexOf(pivot), 1);
    matrix.splice(column, 0, pivot);
    for (const row of matrix) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / head;
      for (let j = column; j <= size; j += 1) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return matrix.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}
