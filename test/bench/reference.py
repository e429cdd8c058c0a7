"""The models of reference.cpp in SimPy, as its documentation builds them. Prints seconds."""

import random
import sys
import time

import simpy


def station(workers, customers):
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=workers)

    def customer():
        with servers.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1))

    def source():
        for _ in range(customers):
            env.process(customer())
            yield env.timeout(random.expovariate(0.8 * workers))

    env.process(source())
    env.run()


def tandem(customers):
    env = simpy.Environment()
    stations = [(simpy.Resource(env, capacity=c), 1 / m) for c, m in [(2, 0.7), (3, 1.3), (2, 0.75)]]

    def customer():
        while True:
            for servers, rate in stations:
                with servers.request() as turn:
                    yield turn
                    yield env.timeout(random.expovariate(rate))
            if random.random() >= 0.1:
                return

    def source():
        for _ in range(customers):
            env.process(customer())
            yield env.timeout(random.expovariate(2))

    env.process(source())
    env.run()


model, customers = sys.argv[1], int(sys.argv[2])
random.seed(1)
start = time.process_time()
if model == "tandem":
    tandem(customers)
else:
    station(5 if model == "mm5" else 1, customers)
print(time.process_time() - start)
