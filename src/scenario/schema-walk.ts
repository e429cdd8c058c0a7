import { z } from "zod";
import type { Path } from "./source-tree.ts";

/**
 * Looks into a zod schema: what may stand at a path, which keys are known there. The hints are made
 * from the very schema that judges, so they cannot grow stale.
 */

export type Schema = z.core.$ZodType;

/** Without defaults, optionality and transforms: the schemas of what is written, one per choice. */
export function choicesOf(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodOptional) return choicesOf(schema.unwrap());
  if (schema instanceof z.ZodDefault) return choicesOf(schema.unwrap());
  if (schema instanceof z.ZodPrefault) return choicesOf(schema.unwrap());
  if (schema instanceof z.ZodNullable) return choicesOf(schema.unwrap());
  if (schema instanceof z.ZodReadonly) return choicesOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return choicesOf(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(choicesOf);
  return [schema];
}

/** The schemas of the value below `key`, with their defaults and transforms. */
function below(schema: Schema, key: PropertyKey): readonly Schema[] {
  return choicesOf(schema).flatMap((it): readonly Schema[] => {
    if (it instanceof z.ZodObject) {
      const name = String(key);
      return Object.hasOwn(it.shape, name)
        ? [it.shape[name]].filter((part) => part !== undefined)
        : [];
    }
    if (it instanceof z.ZodRecord) return [it.valueType];
    if (it instanceof z.ZodArray) return [it.element];
    if (it instanceof z.ZodTuple) {
      const item = it.def.items[Number(key)];
      return item === undefined ? [] : [item];
    }
    return [];
  });
}

/** What may stand at `path`: none when the schema knows no such place. */
export function schemasAt(root: Schema, path: Path): readonly Schema[] {
  let schemas: readonly Schema[] = [root];
  for (const key of path) schemas = schemas.flatMap((it) => below(it, key));
  return schemas;
}

/** The keys that the schemas name; a record, whose keys are free, names none. */
export function keysOf(schemas: readonly Schema[]): readonly string[] {
  const keys = schemas
    .flatMap(choicesOf)
    .flatMap((it) => (it instanceof z.ZodObject ? Object.keys(it.shape) : []));
  return [...new Set(keys)];
}

/** Whether a mapping may stand there whose keys are names that the user chooses. */
export function isRecord(schemas: readonly Schema[]): boolean {
  return schemas.flatMap(choicesOf).some((it) => it instanceof z.ZodRecord);
}

/** Whether a mapping may stand there at all. */
export function isMapping(schemas: readonly Schema[]): boolean {
  return schemas
    .flatMap(choicesOf)
    .some((it) => it instanceof z.ZodRecord || it instanceof z.ZodObject);
}

export function isOptional(schema: Schema): boolean {
  return z.safeParse(schema, undefined).success;
}

export function accepts(schema: Schema, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}
