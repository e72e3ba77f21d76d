"""Whatever is sent, a service answers as its OpenAPI description says, and never with a failure."""

from pathlib import Path

import pytest

from console.stack.plan import SERVICES
from tests.api.fuzzing import Existing, fuzz
from tests.journey.platform import Platform


@pytest.mark.integration
@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_a_service_answers_as_it_says(
    service: str, platform: Platform, existing: Existing, tmp_path: Path
) -> None:
    found = fuzz(platform.stack.services[service], service, existing, tmp_path)

    assert not found, found
