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
  readonly values: Readonly<Record<string, number>>;
};

/** The exact value of an oracle, by its id and the name of the figure. */
export function oracle(id: string, figure: string): number {
  const { oracles } = JSON.parse(readFileSync(sharedPath("oracles.json"), "utf8")) as {
    oracles: Oracle[];
  };
  const value = oracles.find((it) => it.id === id)?.values[figure];
  if (typeof value !== "number") throw new Error(`no oracle ${id} ${figure}`);
  return value;
}
