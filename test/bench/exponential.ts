/** Layers of the ziggurat, and where its tail begins (Marsaglia & Tsang 2000, for 256 layers). */
const layerCount = 256;
const tail = 7.69711747013105;
/** Area of each layer. */
const area = 3.949659822581572e-3;
/** Values of 24 bits: the other 8 of a draw choose the layer. */
const valueCount = 2 ** 24;

/**
 * Exponential draws for the bench's models: sfc32 (Chris Doty-Humphrey, PractRand), 32 bits a draw,
 * through a ziggurat, which takes a logarithm for one draw in a hundred only.
 *
 * The simulator itself draws by inversion, so that runs stay comparable draw by draw.
 *
 * @see Marsaglia & Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw. 5(8), 2000.
 */
export class Random {
  #a = 1;
  #b = 2;
  #c = 3;
  #count = 1;
  /** By layer: values below this lie inside, what a value is multiplied with, and the density. */
  readonly #inside = new Float64Array(layerCount);
  readonly #width = new Float64Array(layerCount);
  readonly #density = new Float64Array(layerCount);

  constructor() {
    const base = area / Math.exp(-tail);
    let x = tail;
    this.#inside[0] = (tail / base) * valueCount;
    this.#inside[1] = 0;
    this.#width[0] = base / valueCount;
    this.#width[layerCount - 1] = tail / valueCount;
    this.#density[0] = 1;
    this.#density[layerCount - 1] = Math.exp(-tail);
    for (let layer = layerCount - 2; layer >= 1; layer -= 1) {
      const outer = x;
      x = -Math.log(area / x + Math.exp(-x));
      this.#inside[layer + 1] = (x / outer) * valueCount;
      this.#width[layer] = x / valueCount;
      this.#density[layer] = Math.exp(-x);
    }
  }

  /** Strictly between 0 and 1. */
  uniform(): number {
    return ((this.#bits() >>> 0) + 0.5) / 4_294_967_296;
  }

  exponential(mean: number): number {
    const bits = this.#bits();
    const layer = bits & 255;
    const value = bits >>> 8;
    return value < (this.#inside[layer] as number)
      ? mean * value * (this.#width[layer] as number)
      : mean * this.#outside(layer, value);
  }

  /** The value of mean 1 where the first try left the layer's rectangle. */
  #outside(layer: number, value: number): number {
    if (layer === 0) return tail - Math.log(this.uniform());
    const x = value * (this.#width[layer] as number);
    const [low, high] = [this.#density[layer] as number, this.#density[layer - 1] as number];
    return low + this.uniform() * (high - low) < Math.exp(-x) ? x : this.exponential(1);
  }

  #bits(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}
