import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Figures that stand beside the repository; tests that need them skip where they are absent. */
const folder = fileURLToPath(new URL("../../../shared/", import.meta.url));

export const hasShared = existsSync(folder);
export const whyNotShared = `skipped: the folder ${folder} with the reference figures is absent`;

/** The path of a file of reference figures. */
function sharedPath(file: string): string {
  return `${folder}${file}`;
}

type Oracle = {
  readonly id: string;
  readonly values: Readonly<Record<string, number | readonly number[]>>;
};

/** The exact value of an oracle, by its id and the name of the figure. */
export function oracle(id: string, figure: string): number {
  const value = figureOf(id, figure);
  if (typeof value !== "number") throw new Error(`no oracle ${id} ${figure}`);
  return value;
}

/** The same of a figure that is a list. */
export function oracleNumbers(id: string, figure: string): readonly number[] {
  const value = figureOf(id, figure);
  if (value === undefined || typeof value === "number") {
    throw new Error(`no list of the oracle ${id} ${figure}`);
  }
  return value;
}

function figureOf(id: string, figure: string): number | readonly number[] | undefined {
  const { oracles } = JSON.parse(readFileSync(sharedPath("oracles.json"), "utf8")) as {
    oracles: Oracle[];
  };
  return oracles.find((it) => it.id === id)?.values[figure];
}
