import { z } from "zod";
import { AmountDistribution, DurationDistribution } from "../kernel/distribution.ts";
import { gateFigures, gateTimes } from "./gate-figures.ts";
import { writtenDefault } from "./json-schema.ts";
import { Scenario } from "./schema.ts";
import { choicesOf, isOptional, type Schema } from "./schema-walk.ts";
import { inYaml } from "./suggest.ts";
import { expectation } from "./zod-problems.ts";

/** Markdown tables of every key of a scenario, made from the schema that reads it. */
export function renderReference(): string {
  return [
    "# The keys of a scenario",
    "",
    "Units are written in the value: `250ms`, `2s`, `80/s`, `0.2%`, `3x`. `<name>` is a name of",
    "your own; `[]` is each item of a list.",
    "",
    ...table(rowsBelow("", Scenario)),
    "",
    "## Distributions",
    "",
    "Where a duration or an amount is drawn, one of these stands instead of a plain value.",
    "",
    ...table(choicesOf(DurationDistribution).flatMap((it) => rowsBelow("", it))),
    "",
    "## Variants",
    "",
    "Each line of a variant is a dotted path and the value that it gets, such as",
    "`services.bank.replicas: 2` or `faults.0.slow: 5x`. An empty value (`~`) takes a key away. The",
    "path must hit something, and the value must change something.",
    "",
    "## Figures of gates",
    "",
    "`of` says what stands in the parentheses: a spread of times, a `service.stage`, a cause.",
    "",
    "| figure | of | unit | meaning |",
    "| --- | --- | --- | --- |",
    ...gateFigures.map((it) => `| \`${it.name}\` | ${it.of} | ${it.unit} | ${it.description} |`),
    "",
    "| times | meaning |",
    "| --- | --- |",
    ...Object.entries(gateTimes).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`),
  ].join("\n");
}

type Row = { readonly path: string; readonly schema: Schema };

/** Each key below a schema, with what is below it in turn; distributions have a table of their own. */
function rowsBelow(path: string, schema: Schema): readonly Row[] {
  const dot = path === "" ? "" : `${path}.`;
  return choicesOf(schema).flatMap((it): readonly Row[] => {
    if (it instanceof z.ZodObject) {
      return Object.entries(it.shape).flatMap(([key, part]) => withBelow(`${dot}${key}`, part));
    }
    if (it instanceof z.ZodRecord) return rowsBelow(`${dot}<name>`, it.valueType);
    if (it instanceof z.ZodArray) return rowsBelow(`${path}[]`, it.element);
    return [];
  });
}

function withBelow(path: string, schema: Schema): readonly Row[] {
  const isNamed = distributionName(schema) !== undefined;
  // A part of a mixture is a distribution again: one turn is enough.
  const isPart = path.endsWith("mixture[].of");
  return [{ path, schema }, ...(isNamed || isPart ? [] : rowsBelow(path, schema))];
}

function table(rows: readonly Row[]): readonly string[] {
  return [
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ path, schema }) => {
      const cells = [`\`${path}\``, valueText(schema), defaultText(schema), meaningText(schema)];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    }),
  ];
}

/** What is expected, in the words in which its absence would be complained about. */
function valueText(schema: Schema): string {
  const name = distributionName(schema);
  if (name !== undefined) return name;
  const inner = withoutDefault(schema);
  const issue = z.safeParse(inner, undefined, { error: expectation }).error?.issues[0];
  return (issue?.message ?? "anything").replace(/^expected /, "");
}

function withoutDefault(schema: Schema): Schema {
  if (isWrapped(schema)) return withoutDefault(schema.unwrap());
  if (schema instanceof z.ZodPipe && isOptional(schema)) return withoutDefault(schema.in);
  return schema;
}

function distributionName(schema: Schema): string | undefined {
  const inner = withoutDefault(schema);
  if (!(inner instanceof z.ZodUnion)) return undefined;
  // A description makes a copy of the union; its choices stay the same.
  const shapes = inner.options[1];
  if (shapes === DurationDistribution.options[1])
    return "a duration, or a distribution of durations";
  if (shapes === AmountDistribution.options[1]) return "an amount, or a distribution of amounts";
  return undefined;
}

function defaultText(schema: Schema): string {
  if (schema instanceof z.ZodPipe) return defaultText(schema.in);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return `\`${inYaml(writtenDefault(schema))}\``;
  return isOptional(schema) ? "" : "required";
}

function meaningText(schema: Schema): string {
  return z.globalRegistry.get(schema)?.description ?? meaningBelow(schema);
}

function meaningBelow(schema: Schema): string {
  return isWrapped(schema) ? meaningText(schema.unwrap()) : "";
}

function isWrapped(schema: Schema): schema is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  );
}
