import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** The plan of the house: who may import whom. Change it first, in a commit of its own, and say why. */
const maySee: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  domain: ["kernel"],
  policy: ["kernel", "domain"],
  fault: ["kernel", "domain"],
  traffic: ["kernel", "domain"],
  chain: ["kernel", "domain", "policy", "fault", "traffic"],
  record: ["kernel", "domain"],
  scenario: ["kernel", "domain", "policy", "fault", "traffic", "chain"],
  sim: ["kernel", "domain", "policy", "fault", "traffic", "chain", "record", "scenario"],
  live: ["kernel", "domain", "policy", "fault", "traffic", "chain", "record", "scenario"],
  "mock-bank": ["kernel", "domain", "policy", "fault", "chain", "record", "scenario", "live"],
  analysis: ["kernel", "domain", "record", "scenario"],
  report: ["kernel", "domain", "record", "analysis"],
  // It wires all the others up, so it names their types too.
  cli: [
    ...["kernel", "domain", "fault", "traffic", "chain", "scenario", "sim", "live", "mock-bank"],
    ...["record", "analysis", "report"],
  ],
};

/** Rooms that are functions of their arguments, or small classes handed a `Clock`. */
const pureRooms = new Set([
  ...["kernel", "domain", "policy", "fault", "traffic", "chain", "record", "analysis", "report"],
]);
const lineMaxCount = 400;

const root = fileURLToPath(new URL("..", import.meta.url));

type Import = { readonly from: string; readonly isRelative: boolean };
type Source = {
  /** From the root, with forward slashes. */
  readonly path: string;
  /** The folder that it lies in; `src` for the public face, `src/index.ts`. */
  readonly room: string;
  readonly text: string;
  /** Without comments and without what stands in quotes. */
  readonly code: string;
  readonly imports: readonly Import[];
};

function roomOf(path: string): string {
  const [top = "", folder = "", below] = path.split("/");
  return top === "src" && below !== undefined ? folder : top;
}

/** Comments go; texts in quotes go too, unless they are what an import names. */
function bare(text: string, keepsQuoted: boolean): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  return text.replaceAll(token, (it) => (it.startsWith("/") ? " " : keepsQuoted ? it : '""'));
}

/** What a file imports: by a statement, for its types alone, for its effects, or as it runs. */
function importsOf(path: string, text: string): Import[] {
  const statement =
    /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  return [...bare(text, true).matchAll(statement)].map(([, stated, dynamic]) => {
    const name = stated ?? dynamic ?? "";
    if (!name.startsWith(".")) return { from: name, isRelative: false };
    return { from: join(dirname(path), name).split(sep).join("/"), isRelative: true };
  });
}

function sourceOf(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  return {
    path,
    room: roomOf(path),
    text,
    code: bare(text, false),
    imports: importsOf(path, text),
  };
}

const sources = ["src", "mock-bank"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .map(sourceOf),
);

/** The places at which a pattern stands in the code of some files, as `path: found`. */
function found(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, code }) =>
    [...code.matchAll(pattern)].map(([it]) => `${path}: ${it}`),
  );
}

describe("this test", () => {
  it("has read the house", () => {
    expect(sources.length).toBeGreaterThan(100);
    const rooms = new Set(sources.map(({ room }) => room));
    for (const room of Object.keys(maySee)) expect(rooms).toContain(room);
    for (const { path, text, imports } of sources) {
      const plain = text.match(/\bfrom ["'][^"']+["'];$/gm) ?? [];
      expect(imports.length, path).toBeGreaterThanOrEqual(plain.length);
    }
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(400);
  });

  it.each([
    { text: 'import { a } from "./b.ts";', from: "src/x/b.ts" },
    { text: 'import type {\n  A,\n  B,\n} from "../y/b.ts";', from: "src/y/b.ts" },
    { text: 'export { a } from "../y/b.ts";', from: "src/y/b.ts" },
    { text: 'import "../y/b.ts";', from: "src/y/b.ts" },
    { text: 'const it = await import("../y/b.ts");', from: "src/y/b.ts" },
    { text: 'import z, { type A } from "zod";', from: "zod" },
    { text: '// import { a } from "./b.ts";', from: undefined },
    { text: 'const text = "import { a } from";', from: undefined },
  ])("reads $text", ({ text, from }) => {
    expect(importsOf("src/x/a.ts", text).map((it) => it.from)).toEqual(from ? [from] : []);
  });

  it("does not take a text or a comment for code", () => {
    expect(bare('a("each is a process."); // Date.now\n/* setTimeout */ b', false)).not.toMatch(
      /process|Date|setTimeout/,
    );
  });
});

describe("the plan", () => {
  it("has every file in a room", () => {
    const homeless = sources.filter(
      ({ path, room }) => maySee[room] === undefined && path !== "src/index.ts",
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it("lets each room see those below it alone", () => {
    const broken = sources.flatMap(({ path, room, imports }) =>
      imports
        .filter(({ isRelative }) => isRelative && room !== "src")
        .map(({ from }) => ({ from, seen: roomOf(from) }))
        .filter(({ seen }) => seen !== room && !maySee[room]?.includes(seen))
        .map(({ from }) => `${path} imports ${from}`),
    );
    expect(broken).toEqual([]);
  });

  it("has no way round from a room back to itself", () => {
    const round = Object.keys(maySee).filter((room) => {
      const reached = new Set<string>();
      const open = [...(maySee[room] ?? [])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (reached.has(next)) continue;
        reached.add(next);
        open.push(...(maySee[next] ?? []));
      }
      return reached.has(room);
    });
    expect(round).toEqual([]);
  });

  it("has no import of a file that is not there", () => {
    const paths = new Set(sources.map(({ path }) => path));
    const broken = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ from, isRelative }) => isRelative && !paths.has(from))
        .map(({ from }) => `${path} imports ${from}`),
    );
    expect(broken).toEqual([]);
  });
});

describe("time and luck", () => {
  const pure = sources.filter(({ room }) => pureRooms.has(room));

  it("are handed in to what must come out the same each time", () => {
    const outside =
      /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bset(?:Timeout|Interval|Immediate)\b|\bMath\.random\b|\bprocess\.\w+/g;
    expect(found(pure, outside)).toEqual([]);
  });

  it("and so are files, sockets, processes and the machine", () => {
    const banned = new Set(["fs", "fs/promises", "net", "http", "https", "child_process", "os"]);
    const broken = pure.flatMap(({ path, imports }) =>
      imports
        .map(({ from }) => from)
        .filter((from) => banned.has(from.replace(/^node:/, "")))
        .map((from) => `${path} imports ${from}`),
    );
    expect(broken).toEqual([]);
  });

  it("come from seedrandom in one place, where keys are made of seeds", () => {
    const users = sources.filter(({ imports }) =>
      imports.some(({ from }) => from === "seedrandom"),
    );
    expect(users.map(({ path }) => path)).toEqual(["src/kernel/draw.ts"]);
  });
});

describe("every file", () => {
  it("leaves the end of the process to the child's side, and to a second Ctrl-C", () => {
    const ends = found(sources, /\bprocess\.exit\(/g).map((it) => it.split(":")[0]);
    const enders = ["src/cli/interrupt.ts", "src/live/child-side.ts"];
    expect(ends.filter((path) => !enders.includes(path ?? ""))).toEqual([]);
  });

  it(`is read in one sitting: ${lineMaxCount} lines at most`, () => {
    const long = sources.filter(({ text }) => text.split("\n").length - 1 > lineMaxCount);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("is imported by its own name: no folder has an index", () => {
    const indexes = sources.map(({ path }) => path).filter((path) => path.endsWith("/index.ts"));
    expect(indexes.filter((path) => path !== "src/index.ts")).toEqual([]);
  });

  it("names what it exports: no default, and no export of everything", () => {
    expect(found(sources, /^export (?:default\b|\*).*/gm)).toEqual([]);
  });
});
