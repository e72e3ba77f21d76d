"""The refusals that every service has in common."""

from contracts.problem import Refusal, RefusedError, refused


def missing(id_: str) -> RefusedError:
    """The refusal of a command on an aggregate that there is not."""
    return refused(Refusal.NOT_FOUND, "not_found", "id", f"{id_} does not exist")


def key_reused() -> RefusedError:
    """The refusal of an idempotency key that stands for something else."""
    return refused(
        Refusal.CONFLICT,
        "idempotency_key_reused",
        "Idempotency-Key",
        "was used before with another body",
    )
