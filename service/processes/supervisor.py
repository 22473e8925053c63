"""Keeps processes running, and stops them all when asked to.

One thread: it sleeps until a process says something or ends, a signal comes, or a time is up.
A process that no longer answers is killed, and so started again.
"""

import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from service.errors import Hopeless, UserError
from service.processes.child import Child, Running
from service.processes.spawn import how_it_ended, signal_group
from service.processes.watch import Watch

ATTEMPTS = 3
"""Deaths in a row before having been ready, after which there is no point in another try."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
PROBE_EVERY_S = 0.2
START_SECONDS = 180.0

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts children together, restarts the one that dies, stops them in reverse order."""

    def __init__(
        self,
        children: Iterable[Child],
        tell: Callable[[str], None],
        failure_reason: Callable[[list[str]], str] = lambda lines: (lines or ["it said nothing"])[
            -1
        ],
    ) -> None:
        self._running = [Running(child) for child in children]
        self._tell = tell
        self._failure_reason = failure_reason
        self._selector = selectors.DefaultSelector()
        self._watches = {
            each.child.name: Watch(each.child.hello, self._selector)
            for each in self._running
            if each.child.hello
        }
        self._was_ready = False

    def run(self, on_ready: Callable[[], None], while_starting: Callable[[], None]) -> None:
        """Start everything and stay until a stop signal comes; then stop everything and return.

        Calls `on_ready` once, when all are ready for the first time. Until then calls
        `while_starting` often, and raises KeyboardInterrupt if asked to stop, or UserError if one
        dies again and again or is not ready in time; nothing is left running then either.
        """
        give_up_at = time.monotonic() + START_SECONDS
        with _signals() as signals:
            self._selector.register(signals, selectors.EVENT_READ, None)
            try:
                while not self._asked_to_stop(signals):
                    self._start_due()
                    self._check_ready(on_ready)
                    if not self._was_ready:
                        while_starting()
                        if time.monotonic() > give_up_at:
                            raise UserError(self._not_ready_in_time())
                    self._copy_output(self._wait_seconds())
                    self._kill_hanging()
                    self._bury_dead()
                if not self._was_ready:
                    raise KeyboardInterrupt
            finally:
                self._stop_all(signals)
                self._selector.close()

    def _start_due(self) -> None:
        for running in self._running:
            if running.process is None and self._is_due(running):
                try:
                    output = running.start()
                except OSError as error:
                    raise UserError(
                        f"{running.child.name} cannot be started: {error.strerror}: "
                        f"{running.child.argv[0]}"
                    ) from None
                self._selector.register(output, selectors.EVENT_READ, running)

    def _is_due(self, running: Running) -> bool:
        return self._has_its_turn(running) and running.start_at <= time.monotonic()

    def _has_its_turn(self, running: Running) -> bool:
        """Say whether what it comes after was ready; once all were, each is on its own."""
        before = running.child.after
        ready = {each.child.name for each in self._running if each.ready}
        return not before or self._was_ready or before in ready

    def _check_ready(self, on_ready: Callable[[], None]) -> None:
        for running in self._running:
            if not running.check_ready():
                continue
            if watch := self._watches.get(running.child.name):
                watch.begin()
            if self._was_ready:
                self._tell(f"{running.child.name} is back")
        if not self._was_ready and all(running.ready for running in self._running):
            self._was_ready = True
            on_ready()

    def _wait_seconds(self) -> float | None:
        """Return how long nothing is to be done unless something happens; None is for ever."""
        if any(running.process and not running.ready for running in self._running):
            return PROBE_EVERY_S
        times = [
            running.start_at
            for running in self._running
            if not running.process and self._has_its_turn(running)
        ]
        times += [watch.next_at for _, watch in self._watched()]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _watched(self) -> Iterator[tuple[Running, Watch]]:
        for running in self._running:
            watch = self._watches.get(running.child.name)
            if watch and running.ready:
                yield running, watch

    def _kill_hanging(self) -> None:
        for running, watch in self._watched():
            if watch.hangs() and running.process:
                self._tell(f"{running.child.name} does not answer any more; killing it")
                watch.begin()  # it takes a moment to end
                signal_group(running.process, signal.SIGKILL)

    def _copy_output(self, seconds: float | None) -> None:
        for key, _ in self._selector.select(seconds):
            said_by: Running | Watch | None = key.data
            if isinstance(said_by, Watch):
                said_by.hear()
            elif said_by and not said_by.copy_output():  # it closed its output, or ended
                self._selector.unregister(key.fileobj)

    def _bury_dead(self) -> None:
        for running in self._running:
            if running.process is None or running.process.poll() is None:
                continue
            self._forget_output(running)
            if watch := self._watches.get(running.child.name):
                watch.end()
            code = running.bury()
            ended = how_it_ended(code)
            running.deaths += 1
            why = self._failure_reason(list(running.last_lines))
            if not self._was_ready and code == Hopeless.exit_code:
                raise UserError(why.removeprefix("henvis: "))
            if not self._was_ready and running.deaths >= ATTEMPTS:
                raise UserError(
                    f"{running.child.name} does not start ({ended}): {why} "
                    f"(whole story: {running.child.log})"
                )
            pause = min(FIRST_PAUSE_S * 2 ** (running.deaths - 1), LONGEST_PAUSE_S)
            self._tell(f"{running.child.name} ended ({ended}); starting it again in {pause:.1f} s")
            running.start_later(pause)

    def _forget_output(self, running: Running) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data is running:
                self._selector.unregister(key.fileobj)

    def _not_ready_in_time(self) -> str:
        late = [running for running in self._running if not running.ready]
        names = " and ".join(running.child.name for running in late)
        return f"{names} not ready after {START_SECONDS:.0f} s (whole story: {late[0].child.log})"

    def _stop_all(self, signals: socket.socket) -> None:
        for running in reversed(self._running):
            self._stop(running, signals)
            running.close()
        for watch in self._watches.values():
            watch.end()

    def _stop(self, running: Running, signals: socket.socket) -> None:
        """Ask a child to stop; kill it when its time is up or the person asks a second time."""
        if running.process is None:
            return
        signal_group(running.process, signal.SIGTERM)
        kill_at = time.monotonic() + running.child.stop_seconds
        while running.process.poll() is None and time.monotonic() < kill_at:
            self._copy_output(0.1)
            if self._asked_to_stop(signals):
                break
        self._forget_output(running)
        running.bury()

    @staticmethod
    def _asked_to_stop(signals: socket.socket) -> bool:
        """Read which signals came; SIGCHLD only had to wake us."""
        try:
            return any(number in STOP_SIGNALS for number in signals.recv(256))
        except BlockingIOError:
            return False


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Give a socket that signals arrive at as bytes, in place of what they did before."""

    def nothing(_number: int, _frame: FrameType | None) -> None:
        """Let the byte at the socket speak."""

    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        # Under nohup, the end of the terminal is not meant to stop us.
        nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        wanted = [number for number in STOP_SIGNALS if not (nohup and number == signal.SIGHUP)]
        before = {number: signal.signal(number, nothing) for number in (*wanted, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
