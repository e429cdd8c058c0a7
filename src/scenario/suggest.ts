import { stringify } from "yaml";
import { z } from "zod";
import { nearest } from "./nearest.ts";
import { accepts, choicesOf, isOptional, type Schema } from "./schema-walk.ts";

/**
 * What the user may have meant: likely ways to write a value, of which those remain that the schema
 * accepts.
 */
export function repairsOf(schema: Schema, value: unknown): readonly string[] {
  const all = isFreeText(schema) ? [String(value)] : candidates(schema, value);
  const likely = new Set(all.filter((it) => it !== undefined && it !== value));
  const fitting = [...likely].filter((it) => accepts(schema, it));
  return fitting.slice(0, 3).map(inYaml);
}

/** A value as it is written on one line of YAML. */
export function inYaml(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

const unitWords: Readonly<Record<string, string | undefined>> = {
  ...{ sec: "s", secs: "s", second: "s", seconds: "s" },
  ...{ min: "m", mins: "m", minute: "m", minutes: "m" },
  ...{ hr: "h", hrs: "h", hour: "h", hours: "h", day: "d", days: "d" },
  ...{ msec: "ms", millis: "ms", millisecond: "ms", milliseconds: "ms" },
  ...{ rps: "/s", tps: "/s", percent: "%", times: "x" },
};

function candidates(schema: Schema, value: unknown): readonly unknown[] {
  if (value === null) return [exampleOf(schema)];
  if (typeof value === "number") {
    return [Math.round(value), ...boundsOf(schema, value), ...withUnits(String(value))];
  }
  if (typeof value === "boolean") return [String(value)];
  if (typeof value !== "string") return [];
  const compact = value.trim().toLowerCase().replaceAll(/[\s_]/g, "").replace(",", ".");
  const [, number, word = ""] = /^(\d*\.?\d+)\/?(?:per)?([a-z%×]*)$/.exec(compact) ?? [];
  const unit = unitWords[word] ?? word.replace("×", "x");
  const written = number === undefined ? [] : [`${number}${unit}`, `${number}/${unit}`];
  const perUnit = compact.replace(
    /(?:\/|per)(sec|min|hour|day)\w*$/,
    (_, it: string) => `/${it[0]}`,
  );
  const isYes = /^(?:yes|y|on|true)$/.test(compact);
  const isNo = /^(?:no|n|off|false)$/.test(compact);
  return [
    compact,
    ...written,
    perUnit,
    ...(number === undefined ? [] : [Number(number)]),
    ...(number === undefined || word !== "" ? [] : withUnits(number)),
    ...(isYes ? [true] : []),
    ...(isNo ? [false] : []),
    nearest(value, choicesOf(schema).flatMap(optionsOf)),
    compact.split("/").reverse().join("/"),
    compact.replace(/^-/, ""),
    ...(unit === "%" ? [`${Number((Number(number) / 100).toPrecision(12))}x`] : []),
    ...(value.includes(",") ? [value.split(",").map((it) => it.trim())] : []),
  ];
}

function withUnits(number: string): readonly string[] {
  const percent = `${Number((Number(number) * 100).toPrecision(12))}%`;
  return [`${number}ms`, `${number}s`, `${number}/s`, `${number}x`, percent, `${number}%`, number];
}

/** The nearest value that is neither too small nor too large. */
function boundsOf(schema: Schema, value: number): readonly number[] {
  return choicesOf(schema).flatMap((it) =>
    it instanceof z.ZodNumber
      ? [Math.min(Math.max(value, it.minValue ?? value), it.maxValue ?? value)]
      : [],
  );
}

/** Whether any text at all will do: then an example or a repair would be made up. */
function isFreeText(schema: Schema): boolean {
  return accepts(schema, "\u0000");
}

function optionsOf(schema: Schema): readonly string[] {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

/** A value that the schema accepts, as short as can be; `undefined` when none was found. */
export function exampleOf(schema: Schema): unknown {
  if (isFreeText(schema)) return undefined;
  for (const choice of choicesOf(schema)) {
    const example = composed(choice);
    if (example !== undefined && accepts(schema, example)) return example;
  }
  return undefined;
}

function composed(schema: Schema): unknown {
  if (schema instanceof z.ZodObject) {
    const parts = Object.entries(schema.shape);
    const needed = parts.filter(([, it]) => !isOptional(it));
    const base = Object.fromEntries(needed.map(([key, it]) => [key, exampleOf(it)]));
    if (accepts(schema, base) && Object.keys(base).length > 0) return base;
    for (const [key, it] of parts) {
      const one = { ...base, [key]: exampleOf(it) };
      if (accepts(schema, one)) return one;
    }
    return base;
  }
  if (schema instanceof z.ZodRecord) return { "some-name": exampleOf(schema.valueType) };
  if (schema instanceof z.ZodArray) return [exampleOf(schema.element)];
  if (schema instanceof z.ZodTuple) return schema.def.items.map(exampleOf);
  if (schema instanceof z.ZodEnum) return schema.options[0];
  const scalars = [
    1,
    "10s",
    "80/s",
    "1%",
    "2x",
    true,
    "some-name",
    "bank.activate",
    "8m..10m",
    "05",
    "1..6",
  ];
  return scalars.find((it) => accepts(schema, it));
}
