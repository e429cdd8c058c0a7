import { type Cause, causes } from "../domain/outcome.ts";
import { parseDurationMs, Share } from "../kernel/units.ts";
import {
  type Figure,
  type GateTimes,
  type GateUnit,
  gateFigures,
  gateTimes,
  type NameOf,
  type RunFigure,
  type StationFigure,
  type TimesFigure,
} from "./gate-figures.ts";
import { nearest } from "./nearest.ts";

/**
 * The language of gates: `figure operator limit`, such as `p99(time_to_credit) < 5s`.
 *
 * A figure is one number of a variant's summary. Some are of something, named in parentheses: a
 * spread of times, a station, a cause. Each has a unit, and the limit is written in it.
 */

const gateOperators = ["<=", ">=", "==", "!=", "<", ">"] as const;
export type GateOperator = (typeof gateOperators)[number];

/** The number that a gate is set on. `argumentOffset` is where the argument stands in the text. */
export type FigureSubject =
  | { readonly of: "run"; readonly figure: RunFigure }
  | { readonly of: "times"; readonly figure: TimesFigure; readonly argument: GateTimes }
  | {
      readonly of: "station";
      readonly figure: StationFigure;
      readonly argument: string;
      readonly argumentOffset: number;
    }
  | { readonly of: "cause"; readonly figure: NameOf<"cause">; readonly argument: Cause };

/** A condition on one figure. `limit` is in the unit of the figure: ms, ratio 0..1, or a number. */
export type Gate = FigureSubject & {
  readonly unit: GateUnit;
  readonly operator: GateOperator;
  readonly limit: number;
  /** As it was written, for the report. */
  readonly text: string;
};

/** Why a text is no gate. `offset` is the 0-based character at which the problem starts. */
export type GateProblem = {
  readonly ok: false;
  readonly offset: number;
  readonly what: string;
  readonly hint?: string;
};

/** Reads one gate; a text that is none is a value, for only the loader knows the file and line. */
export function parseGate(text: string): { readonly ok: true; readonly gate: Gate } | GateProblem {
  const subject = readSubject(text, skipSpace(text, 0));
  if (!subject.ok) return subject;
  const operator = readOperator(text, skipSpace(text, subject.end));
  if (!operator.ok) return operator;
  const limit = readLimit(text, skipSpace(text, operator.end), subject);
  if (!limit.ok) return limit;
  const rest = skipSpace(text, limit.end);
  if (rest < text.length) {
    const what = `expected the end of the gate, found ${text.slice(rest).trim()}`;
    return problem(rest, what, "write one figure, one operator and one limit a gate");
  }
  const { unit } = subject;
  const condition = { unit, operator: operator.value, limit: limit.value, text: text.trim() };
  return { ok: true, gate: { ...subject.value, ...condition } };
}

/** Reads a figure alone, such as `p99(latency)`. */
export function parseFigure(
  text: string,
): { readonly ok: true; readonly subject: FigureSubject } | GateProblem {
  const read = readSubject(text, skipSpace(text, 0));
  if (!read.ok) return read;
  const rest = skipSpace(text, read.end);
  if (rest === text.length) return { ok: true, subject: read.value };
  return problem(rest, `expected the end of the figure, found ${text.slice(rest).trim()}`);
}

/** The text that `parseFigure` reads. */
export function figureText(subject: FigureSubject): string {
  return subject.of === "run" ? subject.figure : `${subject.figure}(${subject.argument})`;
}

/** The stations that a gate refers to: one or none. The loader checks that they exist. */
export function gateStations(gate: Gate): readonly string[] {
  return gate.of === "station" ? [gate.argument] : [];
}

type Read<T> = { readonly ok: true; readonly value: T; readonly end: number };
type Measure = { readonly unit: GateUnit; readonly written: string };

function readSubject(text: string, start: number): (Read<FigureSubject> & Measure) | GateProblem {
  const name = matchAt(text, start, /^[^\s()<>=!≤≥≠]+/);
  if (name === "") {
    return problem(start, "expected a figure", "write a gate such as uncredited_rate < 1%");
  }
  const figure = gateFigures.find((it) => it.name === name);
  if (figure === undefined) return problem(start, `${name} is no figure`, figureHint(name));
  const nameEnd = start + name.length;
  const open = skipSpace(text, nameEnd);
  if (figure.of === "run") {
    if (text[open] === "(") {
      return problem(open, `${name} is of the whole run: expected no parentheses`, `write ${name}`);
    }
    const value: FigureSubject = { of: "run", figure: figure.name };
    return { ok: true, value, end: nameEnd, unit: figure.unit, written: name };
  }
  if (text[open] !== "(") {
    const what = `expected in parentheses ${expectedOf[figure.of]}`;
    return problem(nameEnd, what, `write ${name}(${exampleOf[figure.of]})`);
  }
  const at = skipSpace(text, open + 1);
  const argument = matchAt(text, at, /^[^()<>=!≤≥≠]*/).trimEnd();
  const value = toSubject(figure, argument, at);
  if ("ok" in value) return value;
  const close = skipSpace(text, at + argument.length);
  if (text[close] !== ")") return problem(close, "expected )", `write ${name}(${argument})`);
  return { ok: true, value, end: close + 1, unit: figure.unit, written: `${name}(${argument})` };
}

function toSubject(
  figure: Exclude<Figure, { readonly of: "run" }>,
  argument: string,
  at: number,
): FigureSubject | GateProblem {
  const what = `${figure.name}: expected ${expectedOf[figure.of]}, found ${argument || "nothing"}`;
  switch (figure.of) {
    case "times":
      if (isGateTimes(argument)) return { of: "times", figure: figure.name, argument };
      return problem(at, what, nearestHint(argument, Object.keys(gateTimes)));
    case "cause": {
      const cause = causes.find((it) => it === argument);
      if (cause !== undefined) return { of: "cause", figure: figure.name, argument: cause };
      return problem(at, what, nearestHint(argument, causes));
    }
    case "station":
      if (!stationPattern.test(argument)) return problem(at, what, "write service.stage");
      return { of: "station", figure: figure.name, argument, argumentOffset: at };
  }
}

function readOperator(text: string, start: number): Read<GateOperator> | GateProblem {
  const value = gateOperators.find((it) => text.startsWith(it, start));
  if (value !== undefined && !text.startsWith("=", start + value.length)) {
    return { ok: true, value, end: start + value.length };
  }
  const found = matchAt(text, start, /^[<>=!≤≥≠]+|^\S+/);
  const meant = meantOperators[found];
  const what = `expected one of < <= > >= == !=, found ${found || "the end"}`;
  return problem(start, what, meant && `write ${meant}`);
}

function readLimit(
  text: string,
  start: number,
  { unit, written }: Measure,
): Read<number> | GateProblem {
  const literal = matchAt(text, start, /^\S+/);
  const value = readLiteral[unit](literal);
  if (value !== undefined && Number.isFinite(value))
    return { ok: true, value, end: start + literal.length };
  const { example, noun } = unitWords[unit];
  return problem(start, `expected ${example}: ${written} is ${noun}`, limitHint(literal, unit));
}

const plainNumber = /^(?:\d+(?:\.\d+)?|\.\d+)$/;
const stationPattern = /^[A-Za-z][\w-]*\.[A-Za-z][\w-]*$/;

const readLiteral: Readonly<Record<GateUnit, (literal: string) => number | undefined>> = {
  count: (literal) => (/^\d{1,15}$/.test(literal) ? Number(literal) : undefined),
  ratio: (literal) => Share.safeParse(literal).data,
  duration: parseDurationMs,
  minor: (literal) => (/^\d{1,15}$/.test(literal) ? Number(literal) : undefined),
  number: (literal) => (plainNumber.test(literal) ? Number(literal) : undefined),
};

const unitWords: Readonly<Record<GateUnit, { readonly example: string; readonly noun: string }>> = {
  count: { example: "a whole number such as 10", noun: "a count" },
  ratio: { example: "a share such as 1% (0% to 100%)", noun: "a share" },
  duration: { example: "a duration such as 5s", noun: "a time" },
  minor: { example: "a whole number such as 500000", noun: "an amount in minor units (cents)" },
  number: { example: "a number such as 2.5", noun: "a number" },
};

const expectedOf = {
  times: `one of ${Object.keys(gateTimes).join(", ")}`,
  station: "a station such as bank.risk",
  cause: `one of ${causes.join(", ")}`,
} as const;
const exampleOf = { times: "time_to_credit", station: "bank.risk", cause: causes[0] } as const;

const meantOperators: Readonly<Record<string, GateOperator | undefined>> = {
  "=": "==",
  "=<": "<=",
  "=>": ">=",
  "<>": "!=",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
};

function limitHint(literal: string, unit: GateUnit): string | undefined {
  const bare = plainNumber.test(literal);
  if (unit === "duration") {
    return bare ? `units are written: write ${literal}s or ${literal}ms` : undefined;
  }
  if (unit === "ratio") {
    const shareText = `${Number((Number(literal) * 100).toPrecision(12))}%`;
    return bare && Number(literal) <= 1 ? `units are written: write ${shareText}` : undefined;
  }
  if (unit === "minor" && bare) {
    return `minor units are whole: write ${Math.round(Number(literal) * 100)}`;
  }
  const number = literal.match(/^\d+(?:\.\d+)?(?=[a-z%]+$)/)?.[0];
  return number === undefined ? undefined : `write ${number}, without a unit`;
}

function figureHint(name: string): string {
  if (isGateTimes(name)) return `write p99(${name})`;
  if (causes.some((it) => it === name)) return `write cause(${name})`;
  if (stationPattern.test(name)) return `write utilisation(${name})`;
  const snake = name.replace(/([a-z])([A-Z])|-/g, "$1_$2").toLowerCase();
  return nearestHint(snake, figureNames);
}

const figureNames = gateFigures.map((it) => it.name);

/** The nearest valid name, or all of them when none is near. */
function nearestHint(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `write ${near ?? `one of ${names.join(", ")}`}`;
}

function isGateTimes(text: string): text is GateTimes {
  return Object.hasOwn(gateTimes, text);
}

function skipSpace(text: string, start: number): number {
  return start + matchAt(text, start, /^\s*/).length;
}

function matchAt(text: string, start: number, pattern: RegExp): string {
  return text.slice(start).match(pattern)?.[0] ?? "";
}

function problem(offset: number, what: string, hint?: string): GateProblem {
  return hint === undefined ? { ok: false, offset, what } : { ok: false, offset, what, hint };
}
