/**
 * Logarithm and exponential of our own. ECMAScript leaves the last bits of `Math.log`, `Math.exp` and
 * `Math.pow` to the engine; these give the same bits wherever doubles are IEEE 754, and so do the
 * simulations that draw with them. They look a table up where others branch: on random arguments,
 * which no processor can predict, that takes a third of the time.
 *
 * @see Tang, "Table-Driven Implementation of the Logarithm Function in IEEE Floating-Point
 * Arithmetic", ACM TOMS 16(4), 1990; of the exponential, TOMS 15(2), 1989.
 */

const tableSize = 128;

/** ln 2 / 128 as a sum of two doubles: whole multiples of the first are exact. */
const stepHigh = 0.0054152123047970235;
const stepLow = 4.332754919504735e-11;
const stepsPerUnit = 184.6649652337873;

/** Powers of two, by their exponent from this on. */
const leastExponent = -1023;
const leastNormal = 2 ** -1022;
const powers = new Float64Array(2047);
/** Of the middle of each of 128 parts of [1, 2): the reciprocal and the logarithm. */
const reciprocals = new Float64Array(tableSize);
const logarithms = new Float64Array(tableSize);
/** 2^(i / 128). */
const roots = new Float64Array(tableSize);

/** The bits of a double: the lower half, then the upper half, or the other way round. */
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);
double[0] = 1;
const upper = halves[0] === 0 ? 1 : 0;

fillTables();

/**
 * The natural logarithm.
 *
 * @param x - 0 gives `-Infinity`, what is below 0 gives NaN.
 * @returns Within 5e-16 of the exact value, or of its size where that is above 1.
 */
export function log(x: number): number {
  if (!(x >= leastNormal && x < Number.POSITIVE_INFINITY) || x === 1) return rareLog(x);
  double[0] = x;
  const high = halves[upper] as number;
  const exponent = (high >> 20) - 1023;
  const part = (high >> 13) & (tableSize - 1);
  const mantissa = x * (powers[-exponent - leastExponent] as number);
  const r = mantissa * (reciprocals[part] as number) - 1;
  const r2 = r * r;
  const tail = r2 * (-1 / 2 + r * (1 / 3) + r2 * (-1 / 4 + r * (1 / 5) + r2 * (-1 / 6)));
  return exponent * Math.LN2 + (logarithms[part] as number) + (r + tail);
}

/**
 * e to the power of `x`.
 *
 * @returns Within 5e-16 of its size; 0 below -708, `Infinity` above 709.
 */
export function exp(x: number): number {
  if (!(x > -708 && x < 709)) return rareExp(x);
  const steps = Math.floor(x * stepsPerUnit + 0.5);
  const r = x - steps * stepHigh - steps * stepLow;
  const r2 = r * r;
  const grown = r + r2 * (1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120)));
  const root = roots[steps & (tableSize - 1)] as number;
  return (powers[(steps >> 7) - leastExponent] as number) * (root + root * grown);
}

function rareExp(x: number): number {
  return x < 0 ? 0 : x * Number.POSITIVE_INFINITY;
}

/** `base` to the power of `exponent`, for a base above 0. */
export function pow(base: number, exponent: number): number {
  return exp(exponent * log(base));
}

/** What has no logarithm, an infinite one or none at all, and numbers so small that they have lost bits. */
function rareLog(x: number): number {
  if (x === 1) return 0;
  if (x > 0 && x < leastNormal) return log(x * 2 ** 54) - 54 * Math.LN2;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x > 0 ? x : Number.NaN;
}

/** By sums, products and roots alone, which IEEE 754 rounds in one way. */
function fillTables(): void {
  const zero = -leastExponent;
  powers[zero] = 1;
  for (let i = zero + 1; i < powers.length; i += 1) powers[i] = (powers[i - 1] as number) * 2;
  for (let i = zero - 1; i >= 0; i -= 1) powers[i] = (powers[i + 1] as number) / 2;
  for (let part = 0; part < tableSize; part += 1) {
    const middle = 1 + (part + 0.5) / tableSize;
    reciprocals[part] = 1 / middle;
    logarithms[part] = slowLog(middle);
    roots[part] = rootOf(part);
  }
}

/** By the series of the inverse hyperbolic tangent: ln x = 2 artanh((x - 1) / (x + 1)). */
function slowLog(x: number): number {
  const z = (x - 1) / (x + 1);
  let sum = 0;
  for (let n = 61; n >= 1; n -= 2) sum = sum * z * z + 1 / n;
  return 2 * z * sum;
}

/** 2^(part / 128), of square roots of square roots of 2. */
function rootOf(part: number): number {
  let root = 2;
  let value = 1;
  for (let bit = tableSize / 2; bit >= 1; bit /= 2) {
    root = Math.sqrt(root);
    if ((part & bit) !== 0) value *= root;
  }
  return value;
}
