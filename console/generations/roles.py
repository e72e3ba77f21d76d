"""Roles of a generation, partition by partition, as people read them."""

from collections.abc import Mapping

from chassis.folding.publishing.charge import Role
from console.differing.numbers import ranges

Roles = Mapping[int, Role]
ROLES = {Role.SILENT: "silent", Role.IN_CHARGE: "in charge", Role.RETIRED: "retired"}


def told(roles: Roles) -> str:
    """Such as `silent`, or `in charge in 0-3, silent in 4-11`."""
    by_role: dict[Role, list[int]] = {}
    for number, role in roles.items():
        by_role.setdefault(role, []).append(number)
    if len(by_role) == 1:
        return ROLES[next(iter(by_role))]
    return ", ".join(f"{ROLES[role]} in {ranges(numbers)}" for role, numbers in by_role.items())
