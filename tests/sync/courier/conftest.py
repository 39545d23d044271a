"""Three desks joined to the stand-in platform, and a stick to carry files on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.courier_desks import CourierLaptop, courier_laptops, joined
from support.courier_platform import CourierPlatform, courier_platform


@pytest.fixture
def platform() -> Iterator[CourierPlatform]:
    with courier_platform() as running:
        yield running


@pytest.fixture
def desks(tmp_path: Path, platform: CourierPlatform) -> Iterator[list[CourierLaptop]]:
    """Two desks of one site and one of another, all joined."""
    with courier_laptops(tmp_path, joined(platform)) as made:
        yield made


@pytest.fixture
def desk(desks: list[CourierLaptop]) -> CourierLaptop:
    return desks[0]


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder
