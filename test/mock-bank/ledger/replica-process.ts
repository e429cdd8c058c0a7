import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { afterEach } from "vitest";
import { builtFile } from "../../../src/live/built-file.ts";

const journalsUrl = pathToFileURL(builtFile("mock-bank/ledger/open-journals.js")).href;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/**
 * Another process that runs a script over the journals in a file: `ledger`, `usedLinks`, `replica`,
 * `committed`, which resolves when all that was written is kept, and `say`, whose line is out when it
 * returns.
 *
 * @returns The process, and what it says, line by line.
 */
export function startReplica(file: string, replica: number, script: string) {
  const opening = `
    import { writeSync } from "node:fs";
    import { openJournals } from ${JSON.stringify(journalsUrl)};
    const replica = ${replica};
    const { ledger, usedLinks, afterCommit } = openJournals(${JSON.stringify(file)}, replica);
    const committed = () => new Promise((done) => afterCommit(done));
    const say = (line) => writeSync(1, line + "\\n");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", opening + script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  started.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const replicaCount = 3;

/**
 * Lets three processes work on the same keys, 0 and up, each key at one instant of the clock that
 * they share, so that they truly race.
 *
 * @param work - What to do with key `i`: an expression that comes to a `T`.
 * @returns What each of them said of each key.
 */
export async function race<T>(file: string, keyCount: number, work: string): Promise<T[][]> {
  const script = `
    import { once } from "node:events";
    const nowUs = () => Number(process.hrtime.bigint()) / 1_000;
    say("up");
    const [startUs] = await once(process.stdin, "data");
    const answers = [];
    for (let i = 0; i < ${keyCount}; i += 1) {
      const dueUs = Number(startUs) + i * 200;
      while (nowUs() < dueUs);
      answers.push(${work});
      await committed();
    }
    say(JSON.stringify(answers));
    process.stdin.destroy();`;
  const replicas = Array.from({ length: replicaCount }, (_, i) =>
    startReplica(file, i + 1, script),
  );
  for (const { lines } of replicas) await lines.next(); // All are up.
  const startUs = Number(process.hrtime.bigint()) / 1_000 + 50_000;
  for (const { child } of replicas) child.stdin.write(String(startUs));
  const said = replicas.map(async ({ lines }) => JSON.parse((await lines.next()).value));
  return Promise.all(said);
}
