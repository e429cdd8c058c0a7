import { readFileSync } from "node:fs";

/** The version in `package.json`, found from `src/cli` and from `dist/src/cli`. */
export function packageVersion(): string {
  const up = import.meta.url.includes("/dist/src/cli/") ? "../../../" : "../../";
  const text = readFileSync(new URL(`${up}package.json`, import.meta.url), "utf8");
  const json: unknown = JSON.parse(text);
  const version =
    typeof json === "object" && json !== null && "version" in json ? json.version : undefined;
  return typeof version === "string" ? version : "unknown";
}
