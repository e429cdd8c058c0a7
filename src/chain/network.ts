import { Link } from "./link.ts";
import type { LinkSpec } from "./service-spec.ts";

/** The end of the chain where the merchants are. */
export const terminalEnd = "terminal";

/** The service that journeys start at. */
export const operatorName = "operator";

/** The link between two ends, under either order of its name; `undefined` if there is none. */
function findLink(
  network: Readonly<Record<string, LinkSpec>>,
  a: string,
  b: string,
): { readonly name: string; readonly spec: LinkSpec } | undefined {
  for (const name of [`${a}-${b}`, `${b}-${a}`]) {
    const spec = Object.hasOwn(network, name) ? network[name] : undefined;
    if (spec !== undefined) return { name, spec };
  }
  return undefined;
}

/** The name of a link with faults: as `network` writes it, or else as the first fault does. */
export function linkName(
  network: Readonly<Record<string, LinkSpec>>,
  a: string,
  b: string,
  asWritten: string | undefined,
): string {
  return findLink(network, a, b)?.name ?? asWritten ?? `${a}-${b}`;
}

/** The link itself, or null where nothing delays the messages between the two ends. */
export function buildLink(
  network: Readonly<Record<string, LinkSpec>>,
  seed: string,
  a: string,
  b: string,
): Link | null {
  const found = findLink(network, a, b);
  return found === undefined ? null : new Link(found.spec, seed, found.name);
}
