import { createHmac } from "node:crypto";

const digits = 6;

/**
 * The one-time password of a time step: HOTP (RFC 4226) over the step, as RFC 6238 has it, with SHA-1
 * and six digits.
 *
 * @param step - Number of the time step since 1970.
 */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const offset = (hash[hash.length - 1] ?? 0) & 0xf; // Dynamic truncation, RFC 4226 section 5.3.
  const bits = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(bits % 10 ** digits).padStart(digits, "0");
}
