import type { Cause, Outcome } from "../domain/outcome.ts";

/**
 * Colours, after Okabe & Ito 2008: told apart with every common colour blindness, and by lightness
 * when printed grey. Outcomes keep theirs on every page. Yellow, unreadable on white, is left out.
 */
type Shade = { readonly light: string; readonly dark: string };

const outcomeShades: Readonly<Record<Outcome, Shade>> = {
  credited: { light: "#0072b2", dark: "#3f9bd6" },
  late: { light: "#e69f00", dark: "#f0b429" },
  declined: { light: "#9aa2ab", dark: "#7d8792" },
  blocked: { light: "#b86aa0", dark: "#d08fbd" },
  lost: { light: "#c33d00", dark: "#f0703a" },
};

/** None of them means an outcome elsewhere on the page. */
const causeShades: Readonly<Record<Cause, Shade>> = {
  "bank-delay": { light: "#d55e00", dark: "#f2803c" },
  communication: { light: "#56b4e9", dark: "#7cc7f2" },
  link: { light: "#7a3fb0", dark: "#b58cf0" },
  network: { light: "#00805e", dark: "#2fc49a" },
  "operator-capacity": { light: "#5b6570", dark: "#b4bdc7" },
};

const lineShades: readonly Shade[] = [
  { light: "#0072b2", dark: "#56a9e0" },
  { light: "#d55e00", dark: "#f2803c" },
  { light: "#00805e", dark: "#2fc49a" },
  { light: "#b0568f", dark: "#e39ac8" },
  { light: "#a87400", dark: "#eeb73c" },
  { light: "#3a9bd0", dark: "#8fd0f5" },
  { light: "#5b6570", dark: "#b4bdc7" },
  { light: "#7a3fb0", dark: "#b58cf0" },
];

/** How many lines of one chart have a colour of their own. */
export const lineColourCount = lineShades.length;

/** The name of an outcome's colour: a CSS custom property, so that it follows the colour scheme. */
export function outcomeColour(outcome: Outcome): string {
  return `--${outcome}`;
}

/** The name of a cause's colour, as that of an outcome. */
export function causeColour(cause: Cause): string {
  return `--cause-${cause}`;
}

/** The name of the colour of the nth line; they repeat. */
export function lineColour(index: number): string {
  return `--line-${index % lineShades.length}`;
}

/** The custom properties of one colour scheme, as CSS declarations. */
export function renderColours(scheme: keyof Shade): string {
  const named = Object.entries(outcomeShades).map(([name, it]) => `--${name}:${it[scheme]};`);
  const caused = Object.entries(causeShades).map(([name, it]) => `--cause-${name}:${it[scheme]};`);
  const lines = lineShades.map((it, index) => `--line-${index}:${it[scheme]};`);
  return [...named, ...caused, ...lines].join("");
}
