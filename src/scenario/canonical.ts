import { createHash } from "node:crypto";

/**
 * JSON with sorted keys: equal values give equal text, however they were written.
 *
 * @param replace - What stands for an object; itself, if absent.
 */
export function canonicalJson(value: unknown, replace = (it: object): unknown => it): string {
  return JSON.stringify(value, (_key, it: unknown) => {
    if (typeof it !== "object" || it === null || Array.isArray(it)) return it;
    const stand = replace(it);
    if (typeof stand !== "object" || stand === null) return stand;
    return Object.fromEntries(Object.entries(stand).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
