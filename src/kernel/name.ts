import { z } from "zod";

/** What services, stages, operations and streams are called; dots and # are left for references. */
export const Name = z.string({ error: () => "expected a name" }).regex(/^[A-Za-z][A-Za-z0-9_-]*$/, {
  error: () => "expected a name of letters, digits, - and _, that starts with a letter",
});
