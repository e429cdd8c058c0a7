import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The starter scenario: small, with a question, a trouble and a remedy, every line explained.
 *
 * @param file - Where it will stand: the editor's line names the schema from there.
 */
export function renderStarter(file: string, shippedFolder: string): string {
  return `${schemaLine(file, shippedFolder)}\n${body}`;
}

/** Editors with the YAML language server complete and check the keys by this line. */
function schemaLine(file: string, shippedFolder: string): string {
  const schema = path.join(shippedFolder, "schema.json");
  const relative = path.relative(path.resolve(path.dirname(file)), schema);
  const isFar = path.isAbsolute(relative) || relative.startsWith(path.join("..", "..", ".."));
  const place = isFar ? pathToFileURL(schema).href : relative.split(path.sep).join("/");
  return `# yaml-language-server: $schema=${place}`;
}

const body = `#
# Will the money arrive at peak hour? Merchants activate card readers at a POS operator, which asks
# the bank. Change a number, then:
#
#   tillstorm validate scenario.yaml     every mistake at once, with its line
#   tillstorm simulate scenario.yaml     the whole of it in virtual time, and a report
#   tillstorm run scenario.yaml          the same on real servers and sockets
#
# \`tillstorm schema --reference\` lists every key with its unit and default.

name: my-peak-hour
title: Does the bank keep up when its risk check slows?
seed: "1"                 # same seed, same luck, same result
duration: 10m             # units are written: 250ms, 2s, 10m, 80/s, 0.2%, 3x
promise: 30s              # credited later than this counts as late

traffic:
  activations:
    journey: activate     # an operation of the service operator
    # or even: { rate: 80/s }, or curve: { points: [[0s, 20/s], [5m, 120/s], [10m, 20/s]] }
    arrivals: { poisson: { rate: 80/s } }
    patience: { wait: 8s, retries: 2 }    # merchants tap again, then give up
    # links: { forged: 2% }     # they come through signed links, which a stage then \`checks\`
    # reversal: {}              # takes back a payment of which nobody knows whether it stands

network:                  # links by their two ends; what is not named costs nothing
  terminal-operator: { latency: { lognormal: { median: 40ms, p99: 300ms } }, loss: 0.2% }
  operator-bank: { latency: 6ms }

services:
  operator:
    replicas: 2
    stages:               # a stage: workers, one queue, a service time
      check: { workers: 16, time: { lognormal: { median: 8ms, p99: 40ms } } }
      # A worker is held until the bank answers: so queues climb upstream.
      forward: { workers: 64, queue: 500, call: { to: bank, timeout: 3s } }
    operations: { activate: [check, forward] }
  bank:
    replicas: 1
    stages:
      identity: { workers: 8, time: { exponential: { mean: 20ms } } }
      risk: { workers: 6, queue: 200, time: { lognormal: { median: 45ms, p99: 200ms } } }
      post: { workers: 8, time: 5ms, posts: true }     # here the money is credited
    operations: { activate: [identity, risk, post] }
    rejects: { "05": 2%, "51": 1% }       # what the bank declines, by response code
    # settlement: { every: 15m }          # spendable at cut-offs, and not at once

faults:                   # what goes wrong, and when
  - { at: 4m, for: 2m, on: bank.risk, slow: 3x }

variants:                 # remedies to try, each compared with the scenario above
  second-bank:
    services.bank.replicas: 2
    services.operator.stages.forward.call.balancer: least-requests
  faster-risk-check:
    services.bank.stages.risk.workers: 12

gates:                    # what must hold: exit code 1 when one does not
  - uncredited_rate < 1%
  - p99(time_to_credit) < 5s
  - double_credited == 0
`;
