"""A desk joined to the model platform, over a line that can be made bad."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.model_server import ModelPlatform, model_platform
from support.sync_bench import Bench, a_bench, enrolled


@pytest.fixture
def platform() -> Iterator[ModelPlatform]:
    with model_platform() as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, platform: ModelPlatform) -> Iterator[Bench]:
    with a_bench(tmp_path, enrolled(platform.base, "one-time")) as made:
        yield made
