import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { SourceLocation } from "../kernel/errors.ts";
import {
  type Entry,
  type Found,
  listNode,
  type MapNode,
  mapNode,
  type SourceNode,
  scalarNode,
} from "./source-tree.ts";

/** A scenario is written by hand: far below this. It bounds what aliases can blow a file up to. */
const nodeMaxCount = 100_000;
const bytesMax = 1_048_576;
const depthMax = 60;

/** `root` is absent when the text could not be read as one mapping; then `found` says why. */
export type ReadYaml = {
  readonly root: MapNode | undefined;
  readonly found: readonly Found[];
  readonly locate: (offset: number) => SourceLocation;
};

/** Reads one YAML document; what is wrong is a value, for the rest may be wrong as well. */
export function readYaml(text: string, file: string): ReadYaml {
  const lineCounter = new LineCounter();
  const locate = (offset: number): SourceLocation => {
    if (lineCounter.lineStarts.length === 0) return { file, line: 1, column: 1 };
    const { line, col } = lineCounter.linePos(Math.max(0, Math.min(offset, text.length)));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const failed = (...found: readonly Found[]): ReadYaml => ({ root: undefined, found, locate });

  if (Buffer.byteLength(text) > bytesMax) {
    const hint = "put recorded arrivals into a CSV file: arrivals: { trace: { file: x.csv } }";
    return failed({ offset: 0, what: "the file is larger than 1 MiB", hint });
  }
  // Duplicate keys are found below, where the first one can be named.
  const options = { lineCounter, prettyErrors: false, uniqueKeys: false } as const;
  const documents = [...parseAllDocuments(text, options)];
  const errors = documents.flatMap((it) => [...it.errors, ...it.warnings]);
  const exhausted = errors.find((it) => it.code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return failed(tooDeep(exhausted.pos[0]));
  // One slip often makes several errors at one place: the first is the plainest.
  const first = errors.filter((it, i) => errors.findIndex((e) => e.pos[0] === it.pos[0]) === i);
  if (first.length > 0) return failed(...first.map(syntaxProblem));
  const [document, second] = documents;
  if (second !== undefined) {
    const offset = second.contents?.range?.[0] ?? second.range[0];
    const hint = "remove the line --- and put a second scenario into a file of its own";
    return failed({ offset, what: "expected one YAML document, found a second one", hint });
  }
  const contents = document?.contents ?? null;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    const hint = "`tillstorm init` writes a starter scenario";
    return failed({ offset: 0, what: "the file is empty: expected a scenario", hint });
  }
  const found: Found[] = [];
  const root = new Converter(text, found).convert(contents, 0, 0);
  if (root.kind === "map") return { root, found, locate };
  const what = "expected a mapping of keys such as name, duration, traffic and services";
  return failed(...found, { offset: root.offset, what, hint: "begin with name: my-scenario" });
}

const syntaxHints: Readonly<Record<string, string | undefined>> = {
  TAB_AS_INDENT: "indent with spaces",
  TAG_RESOLVE_FAILED: "remove the tag",
  BAD_ALIAS: "write the value out",
  MISSING_CHAR: "write key: value, and check the quotes and brackets before this place",
  BAD_INDENT: "align the keys of one mapping, and close every [ and {",
  MULTIPLE_DOCS: "put a second scenario into a file of its own",
};

function syntaxProblem(error: YAMLError): Found {
  const hint = syntaxHints[error.code] ?? "write key: value, and quote texts with special signs";
  return { offset: error.pos[0], what: `no valid YAML: ${error.message}`, hint };
}

function tooDeep(offset: number): Found {
  const what = `nested more than ${depthMax} levels deep`;
  return { offset, what, hint: "a scenario needs about ten levels" };
}

class Converter {
  readonly #text: string;
  readonly #found: Found[];
  /** `undefined`: the value is not complete yet, so an alias to it would contain itself. */
  readonly #anchors = new Map<string, SourceNode | undefined>();
  #nodeCount = 0;

  constructor(text: string, found: Found[]) {
    this.#text = text;
    this.#found = found;
  }

  convert(node: Node | null, after: number, depth: number): SourceNode {
    const offset = node?.range?.[0] ?? after;
    if (depth > depthMax) {
      // One word for the whole branch is enough.
      if (depth === depthMax + 1) this.#found.push(tooDeep(offset));
      return scalarNode(offset, null, "");
    }
    if (isAlias(node)) return this.#alias(node.source, offset, depth);
    const anchor =
      isMap(node) || isSeq(node) || isScalar(node) ? (node.anchor ?? undefined) : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const converted = this.#plain(node, offset, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #plain(node: Node | null, offset: number, depth: number): SourceNode {
    this.#nodeCount += 1;
    if (isMap(node)) return this.#map(node, offset, depth);
    if (isSeq(node)) {
      const items = node.items.map((it) => this.convert(asNode(it), offset, depth + 1));
      return listNode(offset, items);
    }
    if (!isScalar(node)) return scalarNode(offset, null, "");
    const { value } = node;
    const written = this.#text.slice(offset, node.range?.[1] ?? offset);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return scalarNode(offset, value, written);
    }
    return scalarNode(offset, null, written);
  }

  #map(node: YAMLMap, offset: number, depth: number): SourceNode {
    const entries = new Map<string, Entry>();
    for (const pair of node.items) {
      const keyNode = asNode(pair.key);
      const keyOffset = keyNode?.range?.[0] ?? offset;
      const after = keyNode?.range?.[2] ?? keyOffset;
      const value = this.convert(asNode(pair.value), after, depth + 1);
      const key = this.#key(keyNode, keyOffset);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first === undefined) entries.set(key, { keyOffset, value });
      else {
        const line = this.#text.slice(0, first.keyOffset).split("\n").length;
        const what = `${key} stands here twice: first on line ${line}`;
        this.#found.push({ offset: keyOffset, what, hint: "keep one of them" });
      }
    }
    return mapNode(offset, entries);
  }

  /** Keys are names, so they are taken as written: `05` is no five, `true` no truth. */
  #key(node: Node | null, offset: number): string | undefined {
    if (!isScalar(node) || (node.source ?? "") === "") {
      const what = "expected a name as the key";
      this.#found.push({ offset, what, hint: "write key: value" });
      return undefined;
    }
    const key = typeof node.value === "string" ? node.value : (node.source ?? "");
    if (key === "<<") {
      const what = "merge keys are not read";
      this.#found.push({ offset, what, hint: "write the keys out, or alias a whole value" });
      return undefined;
    }
    if (key === "__proto__") {
      const what = "__proto__ cannot be a name";
      this.#found.push({ offset, what, hint: "rename it: bank, risk-check, pay_2" });
      return undefined;
    }
    return key;
  }

  #alias(name: string, offset: number, depth: number): SourceNode {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const what = this.#anchors.has(name)
        ? `the alias *${name} stands inside the value that it names`
        : `nothing is called &${name} before this alias`;
      this.#found.push({ offset, what, hint: "write the value out" });
      return scalarNode(offset, null, `*${name}`);
    }
    if (depth + target.height > depthMax + 1) {
      this.#found.push(tooDeep(offset));
      return scalarNode(offset, null, `*${name}`);
    }
    this.#nodeCount += target.size;
    if (this.#nodeCount <= nodeMaxCount) return target;
    this.#nodeCount -= target.size;
    if (!this.#found.some((it) => it.what.startsWith("aliases make"))) {
      const what = `aliases make the scenario larger than ${nodeMaxCount} values`;
      this.#found.push({ offset, what, hint: "write the values out" });
    }
    return scalarNode(offset, null, `*${name}`);
  }
}

/** The yaml library types keys and values as unknown; parsed documents hold nodes alone. */
function asNode(it: unknown): Node | null {
  return isMap(it) || isSeq(it) || isScalar(it) || isAlias(it) ? it : null;
}
