"""Short tones made here: accepted rises, refused falls, a bell when somebody's observation is over. A machine without sound, or without Qt's multimedia, stays silent."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTemporaryDir, QUrl, Slot

from vaxdesk.ui.background import Lane

RATE_HZ, NOTE_S, LOUDNESS = 22_050, 0.09, 0.25
TONES_HZ = {"accepted": (660.0, 880.0), "rejected": (440.0, 294.0), "rang": (784.0, 523.0, 784.0, 523.0)}


def samples(tones_hz: tuple[float, ...]) -> bytes:
    """Notes one after the other as 16-bit mono, each faded in and out so that nothing clicks."""
    count = round(RATE_HZ * NOTE_S)
    values = (
        LOUDNESS * math.sin(math.pi * place / count) * math.sin(2 * math.pi * tone * place / RATE_HZ)
        for tone in tones_hz
        for place in range(count)
    )
    return b"".join(struct.pack("<h", round(32_767 * value)) for value in values)


def write_tones(folder: Path) -> None:
    """Writes the tones as wave files."""
    for name, tones_hz in TONES_HZ.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(samples(tones_hz))


def load(folder: Path) -> Any:
    """On the lane: the files, and Qt's multimedia; None where there is none."""
    write_tones(folder)
    try:
        from PySide6.QtMultimedia import QSoundEffect
    except ImportError:
        return None
    return QSoundEffect


class Sounds(QObject):
    """Plays when it may. `enabled` follows the setting of the machine."""

    def __init__(self, lane: Lane, enabled: bool) -> None:
        super().__init__()
        self.enabled = enabled
        self._lane, self._folder = lane, QTemporaryDir()
        self._effects: dict[str, Any] = {}
        self._asked = False

    def prepare(self) -> None:
        """Loads the tones once somebody wants them."""
        if self.enabled and not self._asked:
            self._asked = True
            self._lane.run(load, Path(self._folder.path()), done=self._loaded, failed=_stay_silent)

    @Slot()
    def accepted(self) -> None:
        """Saved."""
        self._play("accepted")

    @Slot()
    def rejected(self) -> None:
        """Refused."""
        self._play("rejected")

    @Slot()
    def rang(self) -> None:
        """Somebody's thirty minutes are over."""
        self._play("rang")

    def _loaded(self, effect: Any) -> None:
        if effect is None:
            return
        for name in TONES_HZ:
            self._effects[name] = effect(self)
            self._effects[name].setSource(QUrl.fromLocalFile(self._folder.filePath(f"{name}.wav")))

    def _play(self, name: str) -> None:
        if self.enabled and name in self._effects:
            self._effects[name].play()


def _stay_silent(_error: object) -> None:
    """No tones: everything is said on the screen as well."""
