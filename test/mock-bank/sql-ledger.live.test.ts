import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { SqlLedger } from "../../mock-bank/sql-ledger.ts";
import { builtFile } from "../../src/live/built-file.ts";
import { scratchFile } from "./standalone-bank.ts";

const ledgerUrl = pathToFileURL(builtFile("mock-bank/sql-ledger.js")).href;

/** Another process with a ledger; each line that it prints is heard. */
function startPoster(file: string, script: string) {
  const opening = `
    import { SqlLedger } from ${JSON.stringify(ledgerUrl)};
    const ledger = new SqlLedger(${JSON.stringify(file)}, 2);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", opening + script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

describe("a ledger between processes", () => {
  it("keeps every credit that a killed process had posted", async () => {
    const file = scratchFile();
    const { child, lines } = startPoster(
      file,
      `let index = 0;
       setInterval(() => {
         for (let i = 0; i < 50; i += 1) ledger.post(1, index++, 5, 0);
         console.log(index);
       }, 1);`,
    );
    let posted = 0;
    while (posted < 500) posted = Number((await lines.next()).value);
    child.kill("SIGKILL");
    await once(child, "exit");
    const ledger = new SqlLedger(file, 1);
    const has = Array.from({ length: posted }, (_, index) => ledger.has(1, index));
    expect(has.filter((it) => !it)).toEqual([]);
    expect(ledger.post(1, 0, 5, 0)).toBe(false);
    expect(ledger.post(2, 0, 5, 0)).toBe(true);
    ledger.close();
  });

  it("posts each credit once when two processes race for it", async () => {
    const file = scratchFile();
    const ledger = new SqlLedger(file, 1);
    const count = 2_000;
    const { child, lines } = startPoster(
      file,
      `console.log("up");
       let mine = 0;
       for (let i = 0; i < ${count}; i += 1) if (ledger.post(1, i, 5, 0)) mine += 1;
       console.log(mine);`,
    );
    expect((await lines.next()).value).toBe("up");
    let mine = 0;
    // From the other end, so that both post whoever starts first.
    for (let i = count - 1; i >= 0; i -= 1) if (ledger.post(1, i, 5, 0)) mine += 1;
    const theirs = Number((await lines.next()).value);
    await once(child, "exit");
    expect(mine + theirs).toBe(count);
    ledger.close();
  });
});
