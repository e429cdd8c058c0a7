import { expect, it } from "vitest";
import { LiveReplica } from "../../mock-bank/live-replica.ts";
import { ServerMetrics } from "../../mock-bank/metrics.ts";
import { buildServer } from "../../mock-bank/server.ts";
import { memoryJournals } from "../../src/chain/journals.ts";
import { healthPath, rehearsalHeader } from "../../src/live/protocol.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import {
  bankScenario,
  closeAfterTest,
  configOf,
  RecordingLedger,
  startBank,
} from "./bank-under-test.ts";

const activation = {
  method: "POST",
  url: "/activate",
  payload: { merchant: 1, amountMinor: 250 },
} as const;

it("posts nothing for a rehearsal that is over", async () => {
  const { server, ledger, replica } = await startBank();
  const late = await server.inject({ ...activation, headers: { [rehearsalHeader]: "1" } });
  expect(late.statusCode).toBe(410);
  expect(ledger.amounts).toEqual([]);
  expect(replica.openCount).toBe(0);
  expect((await server.inject(activation)).statusCode).toBe(200);
  expect(ledger.amounts).toEqual([250]);
});

it("lets a request of the run wait that arrives ahead of the order to start it", async () => {
  const config = configOf(bankScenario());
  const [rehearsed, real] = [new RecordingLedger(), new RecordingLedger()];
  const rehearsal = new LiveReplica(config, { ...memoryJournals(), ledger: rehearsed }, true);
  const run = new LiveReplica(config, { ...memoryJournals(), ledger: real });
  let current = rehearsal;
  const server = await buildServer({
    service: "bank",
    number: 1,
    operations: ["activate", "status"],
    stage: () => current,
    metrics: new ServerMetrics("bank", 1, () => current.stations),
    onBug: (error) => expect.fail(String(error)),
  });
  closeAfterTest(async () => {
    await server.close();
    for (const it of [rehearsal, run]) it.close();
  });
  rehearsal.start(monotonicMs());
  const rehearses = { ...activation, headers: { [rehearsalHeader]: "1" } };
  expect((await server.inject(rehearses)).statusCode).toBe(200);
  let isAnswered = false;
  const early = server.inject(activation).then((answer) => {
    isAnswered = true;
    return answer;
  });
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  run.start(monotonicMs());
  current = run;
  expect((await early).statusCode).toBe(200);
  expect(rehearsed.amounts).toEqual([250]);
  expect(real.amounts).toEqual([250]);
});

it("counts what is under way, for the run waits for it; checks of health do not count", async () => {
  const text = bankScenario().replace("identity: {", "identity: { time: 300ms,");
  const { server, replica } = await startBank(text);
  const codeOf = async (url: string) => (await server.inject({ ...activation, url })).statusCode;
  const answers = Promise.all([codeOf("/activate"), codeOf(healthPath)]);
  await expect.poll(() => replica.openCount, { interval: 5 }).toBe(1);
  expect(await answers).toEqual([200, 200]);
  expect(replica.openCount).toBe(0);
});
