import { exp, log } from "./elementary.ts";

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
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r +
          45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852546 * r + 28729.085735721943) * r + 39307.89580009271) * r +
        21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    );
  }
  return +tailQuantile(p); // The sign tells V8 that it is a number: else both results go by way of the heap.
}

/** Where `p` is within 0.075 of 0 or 1: one draw in seven. Apart, so that the rest stays short. */
function tailQuantile(p: number): number {
  const tail = Math.sqrt(-log(p < 0.5 ? p : 1 - p));
  let value: number;
  if (tail <= 5) {
    const r = tail - 1.6;
    value =
      (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r +
        1.2704582524523684) *
        r +
        3.6478483247632045) *
        r +
        5.769497221460691) *
        r +
        4.630337846156546) *
        r +
        1.4234371107496835) /
      (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
        0.14810397642748008) *
        r +
        0.6897673349851) *
        r +
        1.6763848301838038) *
        r +
        2.053191626637759) *
        r +
        1);
  } else {
    const r = tail - 5;
    value =
      (((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r +
        0.026532189526576124) *
        r +
        0.29656057182850487) *
        r +
        1.7848265399172913) *
        r +
        5.463784911164114) *
        r +
        6.657904643501103) /
      (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
        0.0007868691311456133) *
        r +
        0.014875361290850615) *
        r +
        0.1369298809227358) *
        r +
        0.599832206555888) *
        r +
        1);
  }
  return p < 0.5 ? -value : value;
}

/** ln Γ(x) for x > 0. @see Lanczos 1964, coefficients of Godfrey (g = 7, n = 9). */
export function logGamma(x: number): number {
  if (x < 0.5) return logGamma(x + 1) - log(x);
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.9999999999998099;
  coefficients.forEach((coefficient, index) => {
    sum += coefficient / (x + index);
  });
  const t = x + 6.5;
  return 0.5 * log(2 * Math.PI) + (x - 0.5) * log(t) - t + log(sum);
}

/** The regularised lower incomplete gamma function P(shape, x): series below, fraction above. */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0;
  const scale = exp(-x + shape * log(x) - logGamma(shape));
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
  if (x <= 0 || shape < 1) x = exp((log(p) + logGamma(shape + 1)) / shape);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 200; step += 1) {
    const error = gammaCdf(shape, x) - p;
    if (error > 0) high = x;
    else low = x;
    const density = exp(-x + (shape - 1) * log(x) - logGamma(shape));
    let next = x - error / density;
    if (!(next > low && next < high)) {
      next = high === Number.POSITIVE_INFINITY ? Math.max(2 * x, 1e-300) : (low + high) / 2;
    }
    if (Math.abs(next - x) <= 1e-12 * x) return next;
    x = next;
  }
  return x;
}
