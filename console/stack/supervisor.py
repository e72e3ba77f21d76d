"""Runs a stack: broker and store, then the services; watches them; leaves nothing behind.

One thread calls `Supervisor.run` and owns every process of the stack until it returns, because the
kernel ties a child to the thread that started it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from console.stack import ports, probes
from console.stack.child import Child
from console.stack.errors import StackError
from console.stack.folder import DataFolder, explain
from console.stack.plan import Options, Part, Plan, make_plan
from console.stack.processes import Identity, end_all
from console.stack.state import Member, StackState

START_TIMEOUT_S = 60.0
SERVICE_GRACE_S = 10.0
BACKING_GRACE_S = 20.0
POLL_S = 0.1

logger = logging.getLogger("zarbia.stack")


class Supervisor:
    """Runs what `options` ask for, and tells `on_change` every new state of it."""

    def __init__(self, options: Options, on_change: Callable[[StackState], None]) -> None:
        self._options = options
        self._folder = DataFolder(options.data)
        self._on_change = on_change
        self._stop = threading.Event()
        self._backing: list[Child] = []
        self._services: list[Child] = []

    def stop(self) -> None:
        """Ask `run` to end everything and return; may be called from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Start the stack and keep it up until `stop` is called.

        Raises StackError, one line, when the stack cannot start; nothing of it runs then.
        """
        try:
            clock = self._folder.claim(self._options.clock)
            with self._folder.locked(), self._logging():
                sweep(self._folder)
                self._run(make_plan(self._options, self._folder.path, clock), clock)
        except OSError as error:
            raise StackError(explain(error, self._folder.path)) from error

    def _run(self, plan: Plan, clock: str) -> None:
        ports.require_free(port for part in [*plan.backing, *plan.services] for port in part.ports)
        self._require_own_servers()
        self._backing = [self._child(part) for part in plan.backing]
        self._services = [self._child(part) for part in plan.services]
        self._state = StackState(
            supervisor=Identity.of(os.getpid()),
            kafka=plan.kafka,
            mongo=plan.mongo,
            clock=clock,
            services={part.name: part.address for part in plan.services},
            members=[],
        )
        try:
            self._publish()
            self._start(self._backing)
            self._start(self._services)
            self._watch()
        finally:
            self._end(self._services, SERVICE_GRACE_S)
            self._end(self._backing, BACKING_GRACE_S)
            self._folder.forget_state()
            logger.info("the stack has ended")

    def _child(self, part: Part) -> Child:
        return Child(part, self._folder.log(part.name))

    def _require_own_servers(self) -> None:
        kafka, mongo = self._options.kafka, self._options.mongo
        if kafka and not probes.broker_answers(kafka):
            raise StackError(f"the broker named by ZARBIA_KAFKA does not answer: {kafka}")
        if mongo and not probes.store_answers(mongo):
            raise StackError("the store named by ZARBIA_MONGO does not answer")

    def _start(self, children: Sequence[Child]) -> None:
        """Start the children side by side and wait until all are ready, or at last say why not.

        Raises StackError when one says nothing.
        """
        for child in children:
            if self._stop.is_set():
                return
            child.start()
            self._publish()
        deadline = time.monotonic() + START_TIMEOUT_S
        while waiting := [child for child in children if child.phase == "starting"]:
            if self._stop.wait(POLL_S):
                return
            for child in waiting:
                child.require_running()
                self._note_ready(child)
            if time.monotonic() > deadline:
                self._settle_for_less([c for c in waiting if c.phase == "starting"])

    def _settle_for_less(self, waiting: Sequence[Child]) -> None:
        silent = [child for child in waiting if not child.settle_for_less()]
        if silent:
            names = ", ".join(child.part.name for child in silent)
            raise StackError(
                f"not ready after {START_TIMEOUT_S:.0f} s: {names} "
                f"(logs: {self._folder.log(silent[0].part.name).parent})"
            )
        for child in waiting:
            logger.warning("%s is up and not ready: %s", child.part.name, child.reason)
        self._publish()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_S):
            for child in [*self._backing, *self._services]:
                self._revive(child)
                self._note_ready(child)

    def _revive(self, child: Child) -> None:
        code = child.exit_code()
        if code is not None:
            delay = child.schedule_restart()
            logger.warning(
                "%s ended (exit code %s): starts again in %.0f s", child.part.name, code, delay
            )
            self._publish()
        if child.restart_if_due():
            logger.info("%s started again (restart %s)", child.part.name, child.restarts)
            self._publish()

    def _note_ready(self, child: Child) -> None:
        if child.became_ready():
            logger.info("%s is ready at %s", child.part.name, child.part.address)
            self._publish()

    def _publish(self) -> None:
        members = [child.describe() for child in [*self._backing, *self._services]]
        own = (("broker", self._options.kafka), ("store", self._options.mongo))
        external = [Member(name, address, "external") for name, address in own if address]
        self._state = msgspec.structs.replace(self._state, members=[*external, *members])
        self._folder.write_state(self._state)
        self._on_change(self._state)

    def _end(self, children: Sequence[Child], grace_s: float) -> None:
        end_all([child.identity for child in children if child.identity], grace_s)
        for child in children:
            child.reap()

    @contextmanager
    def _logging(self) -> Iterator[None]:
        log = self._folder.log("supervisor")
        log.parent.mkdir(exist_ok=True)
        handler = logging.FileHandler(log, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(handler)
            handler.close()


def sweep(folder: DataFolder) -> list[str]:
    """End what a supervisor that was killed left running; return the names of what was found."""
    state = folder.read_state()
    if state is None:
        return []
    services = [m for m in state.members if m.name in state.services]
    backing = [m for m in state.members if m.name not in state.services]
    left = [m.name for m in state.members if m.identity and m.identity.process()]
    end_all([m.identity for m in services if m.identity], SERVICE_GRACE_S)
    end_all([m.identity for m in backing if m.identity], BACKING_GRACE_S)
    folder.forget_state()
    return left
