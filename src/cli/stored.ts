import path from "node:path";
import { UsageError } from "../kernel/errors.ts";
import { parseKnee } from "../record/knee-result.ts";
import { parsePlanResult } from "../record/plan-result.ts";
import { parseProfile } from "../record/profile-result.ts";
import { parseResult } from "../record/result.ts";
import { parseSweep } from "../record/sweep-result.ts";
import { type Io, systemCode } from "./io.ts";
import {
  type Reading,
  readingOfKnee,
  readingOfPlan,
  readingOfProfile,
  readingOfResult,
  readingOfSweep,
} from "./readings.ts";

/** Reads what is stored in this version's form: throws `RESULT_INVALID` otherwise. */
type Read = (text: string, file: string) => Reading;

const readers = {
  result: (text, file) => readingOfResult(parseResult(text, file)),
  plan: (text, file) => readingOfPlan(parsePlanResult(text, file)),
  sweep: (text, file) => readingOfSweep(parseSweep(text, file)),
  knee: (text, file) => readingOfKnee(parseKnee(text, file)),
  profile: (text, file) => readingOfProfile(parseProfile(text, file)),
} as const satisfies Readonly<Record<string, Read>>;

/** Each is `tillstorm.<kind>/1`, and stands in `<kind>.json`. */
export type StoredKind = keyof typeof readers;

const kinds = Object.keys(readers).filter(isKind);
const files = kinds.map((it) => `${it}.json`);
/** What can be rendered again, in words. */
export const storedFiles = `${files.slice(0, -1).join(", ")} or ${files.at(-1)}`;
const hint = `name a ${storedFiles} that tillstorm wrote, or the folder that holds it`;

export type Stored = {
  readonly file: string;
  readonly kind: StoredKind;
  readonly text: string;
};

/**
 * Reads a stored file, or the one in a folder, and finds out what it is.
 *
 * @throws {UsageError} `RESULT_UNREADABLE` when there is no such file, `RESULT_INVALID` when it is
 * none of ours.
 */
export async function readStored(given: string, io: Io): Promise<Stored> {
  const file = given.endsWith(".json") ? given : await fileIn(given, io);
  const text = await readText(file, io);
  return { file, text, kind: kindOf(text, file) };
}

/** What people read of it. */
export function readingOf({ kind, text, file }: Stored): Reading {
  return readers[kind](text, file);
}

/** The stored file of a folder; what is no folder is taken for the file itself. */
async function fileIn(given: string, io: Io): Promise<string> {
  let names: readonly string[];
  try {
    names = await io.listFolder(given);
  } catch (cause) {
    if (systemCode(cause) === "ENOTDIR") return given;
    throw unreadable(given, cause);
  }
  const held = files.filter((it) => names.includes(it));
  const [first] = held;
  if (first !== undefined && (held.length === 1 || first === "result.json")) {
    return path.join(given, first);
  }
  const what =
    first === undefined
      ? `${given}: the folder holds no ${storedFiles}`
      : `${given}: the folder holds ${held.join(" and ")}`;
  throw new UsageError("RESULT_UNREADABLE", [
    { what, hint: first === undefined ? hint : `write ${path.join(given, first)}` },
  ]);
}

function kindOf(text: string, file: string): StoredKind {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("RESULT_INVALID", [{ what: `${file}: not JSON: ${why}`, hint }], {
      cause,
    });
  }
  const schema = schemaOf(json);
  const kind = kinds.find((it) => schema === formatOf(it));
  if (kind !== undefined) return kind;
  const known = kinds.find((it) => schema?.startsWith(`tillstorm.${it}/`));
  if (known !== undefined) {
    const what = `${file}: it is ${schema}, and this version reads ${formatOf(known)}`;
    const again = "run the scenario again, or use the version that wrote it";
    throw new UsageError("RESULT_INVALID", [{ what, hint: again }]);
  }
  const found = schema === undefined ? wordFor(json) : `"schema": ${JSON.stringify(schema)}`;
  const what = `${file}: expected "schema": ${kinds.map((it) => `"${formatOf(it)}"`).join(" | ")}, found ${found}`;
  throw new UsageError("RESULT_INVALID", [{ what, hint }]);
}

function formatOf(kind: StoredKind): string {
  return `tillstorm.${kind}/1`;
}

function isKind(name: string): name is StoredKind {
  return Object.hasOwn(readers, name);
}

function schemaOf(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || !("schema" in json)) return undefined;
  return typeof json.schema === "string" ? json.schema : undefined;
}

function wordFor(json: unknown): string {
  if (Array.isArray(json)) return "a list";
  if (typeof json !== "object" || json === null) return `the value ${JSON.stringify(json)}`;
  const keys = Object.keys(json).slice(0, 4);
  return keys.length === 0 ? "an empty object" : `an object with ${keys.join(", ")}`;
}

async function readText(file: string, io: Io): Promise<string> {
  try {
    return await io.readText(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): unknown {
  const code = systemCode(cause);
  if (code === undefined) return cause;
  return new UsageError(
    "RESULT_UNREADABLE",
    [{ what: `${file}: cannot be read (${code})`, hint }],
    {
      cause,
    },
  );
}
