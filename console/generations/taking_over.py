"""Which processes have to be told that their generation takes over, and whether it has."""

from collections.abc import Callable, Iterable, Sequence

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Role
from console.differing.numbers import ranges
from console.generations.instance import Instance, InstanceError, State
from console.generations.known import charges

IN_CHARGE = "in charge"


def require_whole(fold: Fold, generation: int, states: Sequence[tuple[Instance, State]]) -> None:
    """Raises InstanceError unless these processes fold all partitions of the generation."""
    for instance, state in states:
        if (state.fold, state.generation) != (fold.name, generation):
            raise InstanceError(
                f"{instance.url} is of generation {state.generation} of {state.fold}, not of "
                f"generation {generation} of {fold.name}: --at names the processes that are"
            )
        if state.fingerprint != fold.fingerprint:
            raise InstanceError(
                f"{instance.url} folds {state.fingerprint}, and this zarbia {fold.fingerprint}: "
                "use the one of its release"
            )
    there = {each.partition for _, state in states for each in state.partitions}
    if missing := set(range(fold.figures.cursors(generation).partitions)) - there:
        raise InstanceError(
            f"no process that was named folds the partitions {ranges(missing)}: "
            "--at may be stated several times"
        )


async def held(kafka: str, fold: Fold, generation: int) -> int:
    """In how many partitions it is in charge, by the cursors. Raises InstanceError where it is
    retired: it does not come back."""
    roles = {n: charge.role for n, charge in (await charges(kafka, fold, generation)).items()}
    if retired := [number for number, role in roles.items() if role is Role.RETIRED]:
        raise InstanceError(
            f"generation {generation} is retired in the partitions {ranges(retired)}: a newer one "
            "has taken over, and only another new one can take over from it"
        )
    return sum(role is Role.IN_CHARGE for role in roles.values())


async def predecessor(kafka: str, fold: Fold, generation: int) -> int:
    """The one that is in charge where this generation is silent. Raises InstanceError."""
    found = await charges(kafka, fold, generation)
    holders = {charge.holder for charge in found.values() if charge.role is Role.SILENT}
    match sorted(holders):
        case [holder]:
            return holder
        case []:
            raise InstanceError(f"generation {generation} is silent nowhere: nothing to take over")
        case several:
            told = " and ".join(map(str, several))
            raise InstanceError(
                f"generations {told} are in charge, each of some partitions: let one of them take "
                "over the others first"
            )


def in_charge(instances: Iterable[Instance]) -> set[int]:
    """The partitions in which their generation is in charge, as they say. Raises InstanceError."""
    return {
        each.partition
        for instance in instances
        for each in instance.state().partitions
        if each.role == IN_CHARGE
    }


def until_in_charge(
    instances: Sequence[Instance],
    partitions: int,
    pauses: Iterable[object],
    on_progress: Callable[[int], None],
) -> set[int]:
    """Ask again and again until it is so everywhere, or there are no more `pauses`; the partitions
    in which it is not. Raises InstanceError."""
    left = set(range(partitions))
    for _ in pauses:
        left = set(range(partitions)) - in_charge(instances)
        on_progress(partitions - len(left))
        if not left:
            break
    return left
