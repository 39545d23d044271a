"""Two tones that a busy room can tell apart: one rises, one falls."""

from __future__ import annotations

import itertools
import struct
import wave
from pathlib import Path

from vaxdesk.ui import sounds


def crossings(frames: bytes) -> int:
    values = struct.unpack(f"<{len(frames) // 2}h", frames)
    return sum((one < 0) is not (two < 0) for one, two in itertools.pairwise(values))


def test_accepted_rises_and_rejected_falls(tmp_path: Path) -> None:
    for name, tones in sounds.TONES_HZ.items():
        frames = sounds.samples(tones)
        half = len(frames) // 2 & ~1
        first, second = crossings(frames[:half]), crossings(frames[half:])
        assert (second > first) is (name == "accepted")


def test_nothing_clicks() -> None:
    values = struct.unpack("<h", sounds.samples((660.0,))[:2]) + struct.unpack("<h", sounds.samples((660.0,))[-2:])
    assert all(abs(value) < 200 for value in values)


def test_the_files_are_playable_waves(tmp_path: Path) -> None:
    sounds.write_tones(tmp_path)
    for name, notes in sounds.TONES_HZ.items():
        with wave.open(str(tmp_path / f"{name}.wav")) as file:
            assert (file.getnchannels(), file.getframerate()) == (1, sounds.RATE_HZ)
            assert file.getnframes() == len(notes) * round(sounds.RATE_HZ * sounds.NOTE_S)
