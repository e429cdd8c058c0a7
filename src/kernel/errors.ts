/** A place in a file. Lines and columns count from 1. */
export type SourceLocation = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** One thing that is wrong with what the user wrote. */
export type Problem = {
  readonly what: string;
  /** The next thing to do, as an order: "write timeout: 2s". */
  readonly hint?: string;
  readonly at?: SourceLocation;
};

/** What the user wrote cannot be used. Carries every problem that was found, not just the first. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(code: string, problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(renderProblem).join("\n"), options);
    this.code = code;
    this.problems = problems;
  }
}

/** The run could not be finished or believed, through no fault of the scenario. Exit code 3. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** `file:line:column: what`, and the hint on a line of its own. */
export function renderProblem(problem: Problem): string {
  const { at } = problem;
  const place = at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
  const hint = problem.hint === undefined ? "" : `\n  hint: ${problem.hint}`;
  return `${place}${problem.what}${hint}`;
}
