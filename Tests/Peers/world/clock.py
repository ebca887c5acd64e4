"""How long things take.

The figures are the middle of what operators report, in seconds of real life; `speed` divides them, and at 0 nothing takes time.
"""

import time

speed = 0.0

CREATE = {
    "endpoint": 120,
    "nat": 120,
    "load-balancer": 150,
    "cluster": 90,
    "instance": 450,
    "rename": 60,
    # A restart, on its own or as part of a failover.
    "reboot": 180,
    # A task in the place of one that was stopped, until it takes requests.
    "successor": 180,
    "service": 180,
    # Until the circuit breaker has seen enough tasks fail.
    "failing-service": 60,
    "task": 30,
    "distribution": 300,
    "vpc-origin": 600,
}
DELETE = {
    "endpoint": 60,
    "nat": 60,
    # The interfaces of a load balancer stay behind it.
    "load-balancer": 120,
    "cluster": 90,
    "instance": 300,
    "service": 120,
    "vpc-origin": 300,
}

_until = {}


def now():
    return time.monotonic()


def seconds(real):
    return real / speed if speed > 0 else 0.0


def begin(kind, name, table=CREATE):
    """Something of `kind` starts to change; it is `busy` until its time has passed."""
    _until[kind, name] = now() + seconds(table[kind])


def busy(kind, name):
    return _until.get((kind, name), 0) > now()


def forget(kind, name):
    _until.pop((kind, name), None)


class Leaving:
    """What was deleted and is still seen for a while, in the shape in which describe calls show it."""

    def __init__(self, kind):
        self.kind = kind
        self.shown = {}

    def add(self, name, shape):
        self.shown[name] = (now() + seconds(DELETE[self.kind]), shape)

    def all(self):
        self.shown = {name: entry for name, entry in self.shown.items() if entry[0] > now()}
        return {name: entry[1] for name, entry in self.shown.items()}
