import { type Gate, gateStations, parseGate } from "./gate-expression.ts";
import { nearestHint } from "./nearest.ts";
import { type Found, itemsOf, nodeAt, type ScalarNode, type SourceNode } from "./source-tree.ts";

/**
 * Reads the gates of a case, or those of its plan.
 *
 * @param stations - Those of the baseline and of every variant: a gate may ask for any of them.
 * @param of - Where the gates stand: `gates`, or `plan.gates`.
 */
export function readGates(
  root: SourceNode,
  stations: ReadonlySet<string>,
  of = "gates",
): { readonly gates: readonly Gate[]; readonly found: readonly Found[] } {
  const gates: Gate[] = [];
  const found: Found[] = [];
  itemsOf(nodeAt(root, of.split("."))).forEach((node, index) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") return;
    const parsed = parseGate(node.value);
    if (!parsed.ok) {
      const { offset, what, hint = "`tillstorm schema --reference` lists the figures" } = parsed;
      found.push({ offset: offsetWithin(node, offset), what: `${of}.${index}: ${what}`, hint });
      return;
    }
    gates.push(parsed.gate);
    for (const station of gateStations(parsed.gate)) {
      if (stations.has(station)) continue;
      const offset = offsetWithin(node, Math.max(0, node.value.indexOf(station)));
      const what = `${of}.${index}: no stage is called ${station}`;
      found.push({ offset, what, hint: nearestHint(station, [...stations], "add the stage") });
    }
  });
  return { gates, found };
}

/** Where the character `index` of a text value stands in the file, as far as quotes let it be told. */
function offsetWithin(node: ScalarNode, index: number): number {
  const { written, value, offset } = node;
  if (typeof value !== "string" || written === value) return offset + index;
  const quote = written[0];
  if ((quote !== '"' && quote !== "'") || written.includes("\n")) return offset;
  let at = 1;
  for (let seen = 0; seen < index && at < written.length - 1; seen += 1) {
    if (quote === "'") at += written.startsWith("''", at) ? 2 : 1;
    else at += written[at] === "\\" ? 2 + (hexDigits[written[at + 1] ?? ""] ?? 0) : 1;
  }
  return offset + at;
}

/** How many digits follow an escape in double quotes. */
const hexDigits: Readonly<Record<string, number | undefined>> = { x: 2, u: 4, U: 8 };
