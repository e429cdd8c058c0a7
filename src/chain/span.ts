/** The part of a scenario that a run takes. [ms] */
export type Span = {
  /** Length of the whole scenario. */
  readonly scenarioMs: number;
  /** Where in the scenario the run begins and ends. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** How long traffic starts in a run of this span. [ms] */
export function spanMs(span: Span): number {
  return span.toMs - span.fromMs;
}
