import type { z } from "zod";
import { type Problem, UsageError } from "../kernel/errors.ts";

/**
 * Reads what a run has stored.
 *
 * @param kind - What it is, in words: `result`.
 * @throws {UsageError} `RESULT_INVALID` when the text is none of this version.
 */
export function parseJson<T>(schema: z.ZodType<T>, text: string, file: string, kind: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const what = `${file}: not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    const hint = `name a ${kind}.json of a run`;
    throw new UsageError("RESULT_INVALID", [{ what, hint }], { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 20).map(
    (issue): Problem => ({
      what: `${file}: ${issue.path.join(".") || kind}: ${issue.message}`,
      hint: `a ${kind} of another version, or a damaged one: run the scenario again`,
    }),
  );
  throw new UsageError("RESULT_INVALID", problems, { cause: parsed.error });
}
