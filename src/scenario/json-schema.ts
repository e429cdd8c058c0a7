import { z } from "zod";
import { formatDuration } from "../kernel/units.ts";
import { canonicalJson } from "./canonical.ts";
import { Scenario } from "./schema.ts";
import { type Schema, schemasAt } from "./schema-walk.ts";

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
      if (!(zodSchema instanceof z.ZodDefault || zodSchema instanceof z.ZodPrefault)) return;
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
export function writtenDefault(schema: z.ZodDefault | z.ZodPrefault): unknown {
  return written(schema.def.defaultValue, schema.unwrap());
}

function written(value: unknown, schema: Schema): unknown {
  if (typeof value === "number") return writtenNumber(value, schema);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => {
      const [below] = schemasAt(schema, [key]);
      return [key, below === undefined ? it : written(it, below)];
    }),
  );
}

function writtenNumber(value: number, schema: Schema): unknown {
  const meant = canonicalJson(value);
  const percent = `${Number((value * 100).toPrecision(12))}%`;
  const forms = [value, formatDuration(value), `${value}/s`, `${value}x`, percent];
  return forms.find((form) => {
    const parsed = z.safeParse(schema, form);
    return parsed.success && canonicalJson(parsed.data) === meant;
  });
}
