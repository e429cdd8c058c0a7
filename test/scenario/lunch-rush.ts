/** The scenario of the design, unchanged: what every broken text of these tests is made from. */
export const lunchRush = `name: lunch-rush
title: Lunch rush while the bank's risk check slows
seed: lunch-2026
duration: 20m                 # virtual; a live run may take a window of it: --window 8m..10m
promise: 30s                  # credited later than this is late
traffic:
  activations:
    journey: activate
    arrivals: { poisson: { rate: 80/s } }
      # or even: {rate} · curve: {points: [[0s, 20/s], [10m, 120/s]]} · closed: {terminals: 50, think: 2s}
      # or profile: {counts: [..], every: 1h, peak: 120/s} · trace: {file: x.csv, column: time_s, speed: 60}
    merchants: 20000
    amount: { lognormal: { median: 86, p99: 3000 } }
    patience: { wait: 8s, retries: 2 }
  # instead of a journey, one plain request:  probe: { calls: bank.activate, arrivals: … }
  # (approved = credited at the answer, where no stage posts; a link delays whatever passes between the ends it names)
network:
  terminal-operator: { latency: { lognormal: { median: 40ms, p99: 300ms } }, loss: 0.2% }
  operator-bank: { latency: 6ms }
services:
  operator:
    replicas: 2
    stages:
      link-check: { workers: 16, time: 2ms }
      account-check: { workers: 16, time: { lognormal: { median: 8ms, p99: 40ms } } }
      forward: { workers: 64, queue: 500, call: { to: bank, timeout: 3s, balancer: round-robin } }
    operations: { activate: [link-check, account-check, forward] }
  bank:
    replicas: 1
    stages:
      identity: { workers: 8, time: { exponential: { mean: 20ms } } }
      risk: { workers: 6, queue: 200, time: { lognormal: { median: 45ms, p99: 200ms } } }
      post: { workers: 8, time: 5ms, posts: true }
    operations: { activate: [identity, risk, post] }
    rejects: { "05": 2%, "51": 1% }
faults:
  - { at: 8m, for: 4m, on: bank.risk, slow: 3x }
variants:
  second-bank: { services.bank.replicas: 2, services.operator.stages.forward.call.balancer: least-requests }
gates:
  - uncredited_rate < 1%
  - p99(time_to_credit) < 5s
  - double_credited == 0
`;
