import { z } from "zod";
import { formatDuration } from "../kernel/units.ts";
import { canonicalJson } from "./canonical.ts";
import { Scenario } from "./schema.ts";

/**
 * The JSON Schema that editors check a scenario with, while it is written. It knows the form of
 * each value, not what names refer to: `tillstorm validate` does.
 */
export function renderJsonSchema(): string {
  const generated = z.toJSONSchema(Scenario, {
    io: "input",
    // The version that the YAML language server knows best.
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      if (!(zodSchema instanceof z.ZodDefault)) return;
      jsonSchema.default = writtenDefault(zodSchema);
    },
  });
  const { $schema, ...rest } = generated;
  const head = {
    $schema,
    $id: "urn:tillstorm:scenario:1",
    title: "Tillstorm scenario",
    description: "What traffic comes, how the chain is built, what breaks when, what must hold.",
  };
  return JSON.stringify({ ...head, ...rest }, null, 2);
}

/** The default of a schema in the form in which it would be written: 30000 ms as 30s. */
export function writtenDefault(schema: z.ZodDefault): unknown {
  const value: unknown = schema.def.defaultValue;
  if (typeof value !== "number") return value;
  const meant = canonicalJson(value);
  const percent = `${Number((value * 100).toPrecision(12))}%`;
  const forms = [value, formatDuration(value), `${value}/s`, `${value}x`, percent];
  return forms.find((form) => {
    const parsed = z.safeParse(schema.unwrap(), form);
    return parsed.success && canonicalJson(parsed.data) === meant;
  });
}
