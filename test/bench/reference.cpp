// The yardstick of the engine: the models of engine-models.ts as plain loops over
// std::priority_queue, without a word of recording. Prints seconds of processor time.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <queue>
#include <vector>

struct Event {
  double time;
  uint64_t order;
  int32_t kind;
  int32_t customer;
  bool operator<(const Event& other) const {
    return time != other.time ? time > other.time : order > other.order;
  }
};

struct Engine {
  std::priority_queue<Event> queue;
  double now = 0;
  uint64_t order = 0;
  uint64_t fired = 0;
  void after(double delay, int kind, int customer) {
    queue.push({now + delay, order++, kind, customer});
  }
  Event next() {
    Event event = queue.top();
    queue.pop();
    now = event.time;
    ++fired;
    return event;
  }
};

// xoshiro256+ (Blackman & Vigna), 53 bits.
struct Random {
  uint64_t s[4] = {1, 2, 3, 4};
  double uniform() {
    const uint64_t result = s[0] + s[3];
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return (result >> 11) * 0x1.0p-53;
  }
  double exponential(double mean) { return -mean * std::log(1 - uniform()); }
};

// M/M/c: one queue, `workers` servers of mean 1, load 0.8.
static uint64_t station(int workers, int customers) {
  Engine engine;
  Random random;
  std::deque<int> waiting;
  int busy = 0, started = 0;
  engine.after(0, 0, 0);
  while (!engine.queue.empty()) {
    Event event = engine.next();
    if (event.kind == 0) {
      const int customer = started++;
      if (busy < workers) {
        ++busy;
        engine.after(random.exponential(1), 1, customer);
      } else {
        waiting.push_back(customer);
      }
      if (started < customers) engine.after(random.exponential(1 / (0.8 * workers)), 0, 0);
    } else if (waiting.empty()) {
      --busy;
    } else {
      const int customer = waiting.front();
      waiting.pop_front();
      engine.after(random.exponential(1), 1, customer);
    }
  }
  return engine.fired;
}

// Three stations of 2, 3 and 2 workers; one in ten goes round again.
static uint64_t tandem(int customers) {
  const int workers[3] = {2, 3, 2};
  const double mean[3] = {0.7, 1.3, 0.75};
  Engine engine;
  Random random;
  std::deque<int> waiting[3];
  int busy[3] = {0, 0, 0};
  int started = 0;
  auto enter = [&](int at, int customer) {
    if (busy[at] < workers[at]) {
      ++busy[at];
      engine.after(random.exponential(mean[at]), 1 + at, customer);
    } else {
      waiting[at].push_back(customer);
    }
  };
  engine.after(0, 0, 0);
  while (!engine.queue.empty()) {
    Event event = engine.next();
    if (event.kind == 0) {
      enter(0, started++);
      if (started < customers) engine.after(random.exponential(0.5), 0, 0);
      continue;
    }
    const int at = event.kind - 1;
    if (waiting[at].empty()) {
      --busy[at];
    } else {
      const int customer = waiting[at].front();
      waiting[at].pop_front();
      engine.after(random.exponential(mean[at]), event.kind, customer);
    }
    if (at < 2) enter(at + 1, event.customer);
    else if (random.uniform() < 0.1) enter(0, event.customer);
  }
  return engine.fired;
}

// M/M/1 in which each customer sets a timer of 12,500 mean services, and is done long before it
// goes off: 10,000 of them pend at any time. A heap cannot take them out, so it fires them.
static uint64_t timers(int customers) {
  Engine engine;
  Random random;
  std::deque<int> waiting;
  std::vector<uint8_t> isDone(customers, 0);
  bool busy = false;
  int started = 0;
  uint64_t late = 0;
  engine.after(0, 0, 0);
  while (!engine.queue.empty()) {
    Event event = engine.next();
    if (event.kind == 0) {
      const int customer = started++;
      engine.after(12500, 2, customer);
      if (busy) {
        waiting.push_back(customer);
      } else {
        busy = true;
        engine.after(random.exponential(1), 1, customer);
      }
      if (started < customers) engine.after(random.exponential(1 / 0.8), 0, 0);
    } else if (event.kind == 2) {
      if (!isDone[event.customer]) ++late;
    } else {
      isDone[event.customer] = 1;
      if (waiting.empty()) {
        busy = false;
      } else {
        engine.after(random.exponential(1), 1, waiting.front());
        waiting.pop_front();
      }
    }
  }
  return engine.fired + late;
}

int main(int argc, char** argv) {
  const int customers = argc > 2 ? std::atoi(argv[2]) : 1000000;
  const char* model = argc > 1 ? argv[1] : "mm1";
  const std::clock_t start = std::clock();
  uint64_t fired = 0;
  if (!std::strcmp(model, "mm1")) fired = station(1, customers);
  else if (!std::strcmp(model, "mm5")) fired = station(5, customers);
  else if (!std::strcmp(model, "tandem")) fired = tandem(customers);
  else fired = timers(customers);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%.9f %llu\n", seconds, static_cast<unsigned long long>(fired));
}
