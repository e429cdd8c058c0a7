/**
 * Inverse distribution functions that have no closed form. One uniform number in, one value out,
 * so that a keyed draw gives the same value wherever it is made.
 */

/**
 * The standard normal quantile.
 *
 * @param p - Strictly between 0 and 1.
 * @see Wichura 1988, algorithm AS 241 (PPND16), about 1 part in 10^16.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
          45921.953931549871457) *
          r +
          13731.693765509461125) *
          r +
          1971.5909503065514427) *
          r +
          133.14166789178437745) *
          r +
          3.387132872796366608)) /
      (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r +
        21213.794301586595867) *
        r +
        5394.1960214247511077) *
        r +
        687.1870074920579083) *
        r +
        42.313330701600911252) *
        r +
        1)
    );
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  let value: number;
  if (tail <= 5) {
    const r = tail - 1.6;
    value =
      (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r +
        0.24178072517745061177) *
        r +
        1.27045825245236838258) *
        r +
        3.64784832476320460504) *
        r +
        5.7694972214606914055) *
        r +
        4.6303378461565452959) *
        r +
        1.42343711074968357734) /
      (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r +
        0.0151986665636164571966) *
        r +
        0.14810397642748007459) *
        r +
        0.68976733498510000455) *
        r +
        1.6763848301838038494) *
        r +
        2.05319162663775882187) *
        r +
        1);
  } else {
    const r = tail - 5;
    value =
      (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r +
        0.0012426609473880784386) *
        r +
        0.026532189526576123093) *
        r +
        0.29656057182850489123) *
        r +
        1.7848265399172913358) *
        r +
        5.4637849111641143699) *
        r +
        6.6579046435011037772) /
      (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r +
        1.8463183175100546818e-5) *
        r +
        7.868691311456132591e-4) *
        r +
        0.0148753612908506148525) *
        r +
        0.13692988092273580531) *
        r +
        0.59983220655588793769) *
        r +
        1);
  }
  return q < 0 ? -value : value;
}

/** ln Γ(x) for x > 0. @see Lanczos 1964, coefficients of Godfrey (g = 7, n = 9). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.99999999999980993;
  coefficients.forEach((coefficient, index) => {
    sum += coefficient / (x + index);
  });
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The regularised lower incomplete gamma function P(shape, x): series below, fraction above. */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(-x + shape * Math.log(x) - logGamma(shape));
  // Around x = shape both expansions need terms in proportion to the root of the shape.
  const termMax = 1_000 + 20 * Math.sqrt(shape);
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < termMax && Math.abs(term) > Math.abs(sum) * 1e-15; n += 1) {
      term *= x / (shape + n);
      sum += term;
    }
    return sum * scale;
  }
  // Lentz's method for the continued fraction of Q = 1 - P.
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < termMax; n += 1) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b || 1e-300);
    c = b + a / c || 1e-300;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return 1 - scale * h;
}

/**
 * The quantile of a gamma distribution of scale 1: a Wilson-Hilferty guess, then Newton steps kept
 * inside a bracket, so that it ends for every shape.
 */
export function gammaQuantile(shape: number, p: number): number {
  const guess = 1 - 1 / (9 * shape) + normalQuantile(p) / (3 * Math.sqrt(shape));
  let x = guess > 0 ? shape * guess ** 3 : 0;
  // For small shapes the density is a pole at 0 and the guess is poor: x ~ (p Γ(shape + 1))^(1/shape).
  if (x <= 0 || shape < 1) x = Math.exp((Math.log(p) + logGamma(shape + 1)) / shape);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 200; step += 1) {
    const error = gammaCdf(shape, x) - p;
    if (error > 0) high = x;
    else low = x;
    const density = Math.exp(-x + (shape - 1) * Math.log(x) - logGamma(shape));
    let next = x - error / density;
    if (!(next > low && next < high)) {
      next = high === Number.POSITIVE_INFINITY ? Math.max(2 * x, 1e-300) : (low + high) / 2;
    }
    if (Math.abs(next - x) <= 1e-12 * x) return next;
    x = next;
  }
  return x;
}
