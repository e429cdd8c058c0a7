import type { z } from "zod";
import { nearest, nearestHint } from "./nearest.ts";
import { keysOf, type Schema, schemasAt } from "./schema-walk.ts";
import {
  dotted,
  type Found,
  keyOffsetOf,
  nodeAt,
  type Path,
  type SourceNode,
} from "./source-tree.ts";
import { exampleOf, inYaml, repairsOf } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** What zod says where a schema has no words of its own: in the tone of ours. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type")
    return `expected ${typeWords[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `expected ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "too_small") return `expected at least ${issue.minimum}`;
  if (issue.code === "too_big") return `expected at most ${issue.maximum}`;
  if (issue.code === "invalid_union") return "expected one of several forms";
  return undefined;
}

const typeWords: Readonly<Record<string, string | undefined>> = {
  ...{ object: "a mapping of keys", record: "a mapping of names", array: "a list" },
  ...{ tuple: "a list", string: "a text", number: "a number", int: "a whole number" },
  boolean: "true or false",
};

/** Turns zod's issues into problems at their places, with what was probably meant. */
export function explainIssues(
  schema: Schema,
  root: SourceNode,
  issues: readonly Issue[],
): readonly Found[] {
  const flat = issues.flatMap((it) => bestBranch(it));
  const strange = flat.flatMap((it) => (it.code === "unrecognized_keys" ? [dotted(it.path)] : []));
  const meant = new Set(flat.flatMap((it) => misspelt(schema, root, it)));
  return flat.flatMap((it, index) => {
    // "Expected exactly one of" says nothing new about a mapping with a misspelt key.
    if (it.code === "custom" && strange.includes(dotted(it.path))) return [];
    // Of one value one problem is enough, and the first is the plainest.
    const isSecond = flat.slice(0, index).some((other) => dotted(other.path) === dotted(it.path));
    if (it.code === "custom" && isSecond) return [];
    if (isMissing(root, it.path) && meant.has(dotted(it.path))) return [];
    return explain(schema, root, it);
  });
}

function explain(schema: Schema, root: SourceNode, issue: Issue): readonly Found[] {
  const { path } = issue;
  const name = dotted(path);
  const of = name === "" ? "" : `${name}: `;
  if (issue.code === "unrecognized_keys") {
    const known = keysOf(schemasAt(schema, path));
    const present = nodeAt(root, path);
    const free = known.filter((it) => present?.kind !== "map" || !present.entries.has(it));
    return issue.keys.map((key) => ({
      offset: keyOffsetOf(root, [...path, key]),
      what: `${of}unknown key ${key}`,
      hint: nearestHint(key, nearest(key, known) === undefined ? free : known, `remove ${key}`),
    }));
  }
  if (issue.code === "invalid_key") {
    const what = `${of}${issue.issues[0]?.message ?? issue.message}`;
    return [{ offset: keyOffsetOf(root, path), what, hint: "rename it: bank, risk-check, pay_2" }];
  }
  if (isMissing(root, path)) return [missing(schema, root, issue)];
  const key = wrongKey(issue);
  if (key !== undefined) {
    const hint = nearestHint(key.name, key.names, "rename it");
    return [{ offset: keyOffsetOf(root, path), what: `${of}${issue.message}`, hint }];
  }
  const node = nodeAt(root, path);
  const what = `${of}${issue.message}${node === undefined ? "" : foundText(issue, node)}`;
  const value = node?.kind === "scalar" ? node.value : undefined;
  // A gate is a text with a grammar of its own.
  const isGate = path[0] === "gates" || (path[0] === "plan" && path[1] === "gates");
  const schemas = isGate || value === undefined ? [] : schemasAt(schema, path);
  const repairs = schemas.flatMap((it) => repairsOf(it, value));
  const hint = repairs.length > 0 ? `write ${repairs.join(" or ")}` : referenceHint;
  return [{ offset: node?.offset ?? keyOffsetOf(root, path), what, hint }];
}

/** A check of ours that found the key itself wrong says so in `params`, with the right ones. */
function wrongKey(issue: Issue): { name: string; names: readonly string[] } | undefined {
  if (issue.code !== "custom" || issue.params?.at !== "key") return undefined;
  const { names } = issue.params;
  return { name: String(issue.path.at(-1)), names: Array.isArray(names) ? names.map(String) : [] };
}

const referenceHint = "`tillstorm schema --reference` lists every key, its unit and its default";

function missing(schema: Schema, root: SourceNode, issue: Issue): Found {
  const parent = issue.path.slice(0, -1);
  const key = String(issue.path.at(-1));
  const example = schemasAt(schema, issue.path)
    .map(exampleOf)
    .find((it) => it !== undefined);
  const named = /such as ([^,]+)/.exec(issue.message)?.[1];
  const written = example === undefined ? named : inYaml(example);
  return {
    offset: keyOffsetOf(root, parent),
    what: `${dotted(parent) === "" ? "" : `${dotted(parent)}: `}${key} is missing: ${issue.message}`,
    hint: written === undefined ? `add ${key}` : `add ${key}: ${written}`,
  };
}

function foundText(issue: Issue, node: SourceNode): string {
  if (issue.code === "custom" && node.kind !== "scalar") return "";
  if (node.kind === "map") return ", found a mapping";
  if (node.kind === "list") {
    return issue.code === "too_small" && node.items.length === 0
      ? ", found none"
      : ", found a list";
  }
  if (node.written === "") return ", found nothing";
  const text = node.written.split("\n", 1)[0] ?? "";
  return `, found ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function isMissing(root: SourceNode, path: Path): boolean {
  const parent = nodeAt(root, path.slice(0, -1));
  return path.length > 0 && parent?.kind === "map" && nodeAt(root, path) === undefined;
}

/** The paths of the keys that a misspelt key probably stands for. */
function misspelt(schema: Schema, root: SourceNode, issue: Issue): readonly string[] {
  if (issue.code !== "unrecognized_keys") return [];
  const absent = keysOf(schemasAt(schema, issue.path)).filter((it) =>
    isMissing(root, [...issue.path, it]),
  );
  return issue.keys.flatMap((key) => {
    const near = nearest(key, absent);
    return near === undefined ? [] : [dotted([...issue.path, near])];
  });
}

/** Of a union's branches the one whose kind of value was written; itself when none is. */
function bestBranch(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const fitting = issue.errors
    .filter((branch) => branch.every((it) => it.code !== "invalid_type" || it.path.length > 0))
    .sort((a, b) => a.length - b.length);
  const best = fitting[0];
  if (best === undefined) return [issue];
  return best.flatMap((it) => bestBranch({ ...it, path: [...issue.path, ...it.path] }));
}
