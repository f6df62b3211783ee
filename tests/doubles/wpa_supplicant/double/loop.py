# SPDX-License-Identifier: Apache-2.0
"""One thread, sockets and timers. Time is the engine's: with a speed of 20 a second of it lasts 50 ms."""
import heapq
import itertools
import selectors
import time


class Timer:
    def __init__(self, action):
        self.action = action

    def cancel(self):
        self.action = None


class Loop:
    def __init__(self, speed: float = 1.0):
        self.speed = speed
        self.running = True
        self._selector = selectors.DefaultSelector()
        self._timers, self._order = [], itertools.count()

    def now(self) -> float:
        return time.monotonic() * self.speed

    def after(self, seconds: float, action) -> Timer:
        """What is due at once runs before anything more is read, but after the reply to the current command."""
        timer = Timer(action)
        heapq.heappush(self._timers, (self.now() + seconds, next(self._order), timer))
        return timer

    def pause(self, seconds: float):
        """Nothing happens at all in this process."""
        time.sleep(seconds / self.speed)

    def add_reader(self, source, action):
        self._selector.register(source, selectors.EVENT_READ, action)

    def remove_reader(self, source):
        self._selector.unregister(source)

    def run(self):
        while self.running:
            self._run_timers()
            if not self.running:
                return
            wait = max(0.0, self._timers[0][0] - self.now()) / self.speed if self._timers else None
            for key, _ in self._selector.select(wait):
                if key.fileobj.fileno() >= 0:   # not closed by an earlier one of this round
                    key.data()

    def _run_timers(self):
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            action, timer.action = timer.action, None
            if action:
                action()
