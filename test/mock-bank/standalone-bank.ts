import { request } from "node:http";
import { type Standalone, startStandalone } from "../../mock-bank/standalone.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { scratchFile } from "../support/scratch-file.ts";
import { bankScenario, closeAfterTest, configOf } from "./bank-under-test.ts";

/** A mock bank on a port of its own; its faults count from now. */
export async function listenBank(text = bankScenario(), port = 0): Promise<Standalone> {
  const config = configOf(text, "bank", scratchFile());
  const bank = await startStandalone(config, port, monotonicMs());
  closeAfterTest(bank.close);
  return bank;
}

export type Heard = { readonly status: number; readonly body: string };

/** One request on a connection of its own. Rejects when it is refused or breaks. */
export function ask(port: number, method: string, url: string): Promise<Heard> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", method, path: url, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => {
        body += text;
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

/** What a request comes to: `200 00`, `503 91`, `ECONNREFUSED`. */
export async function outcomeOf(port: number, url = "/activate"): Promise<string> {
  try {
    const { status, body } = await ask(port, "POST", url);
    const { code }: { code?: string } = JSON.parse(body);
    return `${status} ${code}`;
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

export async function healthOf(port: number): Promise<string> {
  const { status, body } = await ask(port, "GET", "/healthz");
  return `${status} ${JSON.parse(body).status}`;
}
