"""An instance that lives on from test to test, for as long as its broker does."""

import signal

from tests.faults.instance import Instance, published, until
from tests.faults.world import NUMBERS, World


class Lives:
    def __init__(self, name: str, module: str) -> None:
        self._name = name
        self._module = module
        self._instance: Instance | None = None
        self._world: World | None = None

    async def of(self, world: World) -> Instance:
        """The one of this world, which publishes all partitions."""
        instance = self._instance
        # Another broker may have the address of the one before.
        if instance is None or self._world is not world:
            self.end()
            self._world = world
            folder = world.stack / "instances" / self._name
            instance = self._instance = Instance(world.kafka, folder, module=self._module)
        if instance.process is None:
            instance.start()
        await until(lambda: published(instance) == len(NUMBERS))
        return instance

    def end(self) -> None:
        if self._instance is not None:
            self._instance.end(signal.SIGKILL)
