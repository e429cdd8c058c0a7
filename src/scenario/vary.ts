import { parse } from "yaml";
import { type Problem, UsageError } from "../kernel/errors.ts";
import { formatDuration, parseDurationMs } from "../kernel/units.ts";
import type { OverrideValue } from "./override.ts";

/**
 * What a sweep varies: `path=values`.
 *
 * - `services.bank.replicas=1..8`: whole numbers, every one;
 * - `traffic.pay.arrivals.poisson.rate=50/s..500/s:10`: ten points, equally far apart;
 * - `services.bank.stages.risk.time=10ms..1s:7:log`: seven points, each the same factor further;
 * - `services.operator.stages.forward.call.balancer=random,p2c`: these, as they stand; `~` takes the key away;
 * - `services.operator.stages.forward.call.retry=~,{ attempts: 2 }`: without, and with a mapping.
 *
 * Values are written as in the scenario, with their units.
 */
export type VariedKey = {
  readonly path: string;
  readonly values: readonly VariedValue[];
};

/** A value as it is written, and as the scenario reads it. */
export type VariedValue = { readonly text: string; readonly value: OverrideValue };

const keyMaxCount = 4;
/** Values of one key; what they multiply to is bounded by whoever runs them. */
const valueMaxCount = 10_000;

/** @throws {UsageError} `VARY_INVALID`, with every problem. */
export function parseVaried(texts: readonly string[]): readonly VariedKey[] {
  const problems: Problem[] = [];
  if (texts.length === 0 || texts.length > keyMaxCount) {
    const what = `--vary: expected 1 to ${keyMaxCount} keys to vary, found ${texts.length}`;
    problems.push({ what, hint: "write --vary services.bank.replicas=1..8" });
  }
  const keys = texts.map((text, index): VariedKey => {
    const read = parseKey(text);
    if ("path" in read) return read;
    problems.push({ ...read, what: `${sourceOf(index)}: ${read.what}` });
    return { path: "", values: [] };
  });
  keys.forEach(({ path }, index) => {
    const first = keys.findIndex((it) => it.path === path);
    if (path === "" || first === index) return;
    const what = `${sourceOf(index)}: ${path} is varied by ${sourceOf(first)} already`;
    problems.push({ what, hint: "name each path once" });
  });
  keys.forEach(({ path }, index) => {
    const outer = keys.findIndex((it) => it.path !== "" && isWithin(path, it.path));
    if (outer < 0) return;
    const what = `${sourceOf(index)}: ${path} is a part of what ${sourceOf(outer)} varies`;
    problems.push({ what, hint: `vary either, not both` });
  });
  if (problems.length > 0) throw new UsageError("VARY_INVALID", problems);
  return keys;
}

/** Whether a path leads to a part of what another leads to. */
export function isWithin(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`);
}

/** What problems call the nth key. */
export function sourceOf(index: number): string {
  return `--vary ${index + 1}`;
}

function parseKey(text: string): VariedKey | Problem {
  const [, path = "", list = ""] = /^([^=\s]+)=(.+)$/.exec(text.trim()) ?? [];
  if (path === "") {
    return { what: `expected path=values, found ${text}`, hint: "write path=1..8 or path=1,2,4" };
  }
  const isRange = list.includes("..") && !/[[{]/.test(list);
  const values = isRange ? parseRange(list) : parseList(list);
  if ("what" in values) return { ...values, what: `${path}: ${values.what}` };
  return { path, values };
}

function parseList(list: string): readonly VariedValue[] | Problem {
  const texts = splitList(list);
  if (texts === undefined) {
    return { what: `a bracket is not closed in ${list}`, hint: "write ~,{ attempts: 2 }" };
  }
  if (texts.includes("")) return { what: `a value is missing in ${list}`, hint: "write 1,2,4" };
  const twice = texts.find((it, index) => texts.indexOf(it) < index);
  if (twice !== undefined) return { what: `${twice} stands there twice`, hint: "keep one of them" };
  const bad = texts.find((it) => isInBrackets(it) && parseInBrackets(it) === undefined);
  if (bad !== undefined) {
    return { what: `${bad} is no YAML`, hint: "write it as in the scenario: { attempts: 2 }" };
  }
  return texts.map(readValue);
}

/** Parts it at the commas that stand in no brackets; `undefined`: they do not match. */
function splitList(list: string): readonly string[] | undefined {
  const texts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at += 1) {
    const sign = list[at];
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (sign === "," && depth === 0) {
      texts.push(list.slice(from, at).trim());
      from = at + 1;
    }
    if (depth < 0) return undefined;
  }
  return depth === 0 ? [...texts, list.slice(from).trim()] : undefined;
}

function isInBrackets(text: string): boolean {
  return text.startsWith("{") || text.startsWith("[");
}

/** A mapping or a list of YAML; `undefined` if it is none. */
function parseInBrackets(text: string): OverrideValue | undefined {
  try {
    return parse(text, { maxAliasCount: 0 }) as OverrideValue;
  } catch {
    return undefined;
  }
}

const numberAndUnit = /^(-?\d+(?:\.\d+)?)(.*)$/;

function parseRange(range: string): readonly VariedValue[] | Problem {
  const [ends = "", ...options] = range.split(":").map((it) => it.trim());
  const [from = "", to = "", ...rest] = ends.split("..").map((it) => it.trim());
  const isLog = options.includes("log");
  const counts = options.filter((it) => it !== "log");
  if (rest.length > 0 || counts.length > 1 || counts.some((it) => !/^\d{1,5}$/.test(it))) {
    return {
      what: `${range} is no range`,
      hint: "write 1..8, or 50/s..500/s:10, or 1ms..1s:7:log",
    };
  }
  const scale = scaleOf(from, to);
  if ("what" in scale) return scale;
  const { least, most, isWhole } = scale;
  if (most <= least) {
    const turned = [`${to}..${from}`, ...options].join(":");
    return { what: `${from} is not below ${to}`, hint: `write ${turned}` };
  }
  if (isLog && least <= 0) {
    return { what: `log needs a range above 0, and it begins at ${from}`, hint: "leave log out" };
  }
  if (counts.length === 0 && (!isWhole || isLog)) {
    const what = `how many points from ${from} to ${to}?`;
    return { what, hint: `write ${from}..${to}:5${isLog ? ":log" : ""}` };
  }
  const count = counts[0] === undefined ? most - least + 1 : Number(counts[0]);
  if (count < 2 || count > valueMaxCount) {
    const what = `expected 2 to ${valueMaxCount} points, found ${count}`;
    return { what, hint: `write ${from}..${to}:10` };
  }
  const at = (ratio: number) =>
    isLog ? least * (most / least) ** ratio : least + (most - least) * ratio;
  const texts = Array.from({ length: count }, (_, point) => {
    // The ends are what was written, whatever rounding does.
    if (point === 0) return from;
    return point === count - 1 ? to : scale.write(at(point / (count - 1)));
  });
  // Between whole numbers that lie close together there are not so many others.
  return [...new Set(texts)].map(readValue);
}

type Scale = {
  readonly least: number;
  readonly most: number;
  /** Both ends are whole, without a unit: so is all between them. */
  readonly isWhole: boolean;
  readonly write: (value: number) => string;
};

/** Points between the ends are written with six digits. */
const digits = 6;

function scaleOf(from: string, to: string): Scale | Problem {
  const [leastMs, mostMs] = [parseDurationMs(from), parseDurationMs(to)];
  if (leastMs !== undefined && mostMs !== undefined) {
    const write = (ms: number) => formatDuration(Number(ms.toPrecision(digits)));
    return { least: leastMs, most: mostMs, isWhole: false, write };
  }
  const [, least = "", unit = ""] = numberAndUnit.exec(from) ?? [];
  const [, most = "", other = ""] = numberAndUnit.exec(to) ?? [];
  if (least === "" || most === "") {
    const what = `expected numbers at both ends, found ${from || "nothing"}..${to || "nothing"}`;
    return { what, hint: "write 1..8, or name the values: a,b,c" };
  }
  if (unit !== other) {
    const what = `${from} and ${to} have different units`;
    return { what, hint: `write both in ${unit || other}` };
  }
  const isWhole = unit === "" && !least.includes(".") && !most.includes(".");
  const write = (value: number) =>
    isWhole ? String(Math.round(value)) : `${Number(value.toPrecision(digits))}${unit}`;
  return { least: Number(least), most: Number(most), isWhole, write };
}

/** A value as YAML has it: bare numbers are numbers, `~` is nothing, brackets hold more, the rest is text. */
function readValue(text: string): VariedValue {
  if (isInBrackets(text)) return { text, value: parseInBrackets(text) ?? null };
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return { text, value: Number(text) };
  if (text === "true" || text === "false") return { text, value: text === "true" };
  return { text, value: text === "~" ? null : text };
}
