/** What the process tells the shell, and so the CI job. */
export const ExitCode = {
  /** Every gate passed, or there was nothing to judge. */
  ok: 0,
  gateFailed: 1,
  /** The scenario or the command line is wrong. */
  usage: 2,
  /** The run could not be trusted or finished: driver too slow, port taken, a server died. */
  untrusted: 3,
  /** A mistake of ours; a stack is printed. */
  bug: 70,
  /** Ended by the user; what was measured until then is kept, marked partial. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
