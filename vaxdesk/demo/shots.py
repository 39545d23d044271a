"""Pictures of the window for eyes: `python -m vaxdesk.demo.shots OUT` draws every page in both languages, themes and sizes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from vaxdesk.demo.people import card_text
from vaxdesk.demo.window_stage import WindowStage, build
from vaxdesk.models.values import Sex
from vaxdesk.settings import Settings

ROUNDS = (
    ("vi", "light", "1"),
    ("en", "light", "1"),
    ("vi", "dark", "1"),
    ("en", "dark", "1"),
    ("vi", "high-contrast", "1"),
    ("vi", "light", "2"),
    ("en", "dark", "2"),
)


def main(arguments: list[str]) -> int:
    """Without further words all rounds, each in a process of its own: Qt reads its scale once."""
    out = Path(arguments[0] if arguments else "shots")
    if len(arguments) > 1:
        language, theme, scale = arguments[1:4]
        return _one_round(out, language, theme, scale)
    for language, theme, scale in ROUNDS:
        env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
        command = [sys.executable, "-m", "vaxdesk.demo.shots", str(out), language, theme, scale]
        subprocess.run(command, env=env, check=True)
    return 0


def _one_round(out: Path, language: str, theme: str, scale: str) -> int:
    from PySide6.QtWidgets import QApplication

    from vaxdesk.demo.first_shots import take_first_run, take_practice
    from vaxdesk.ui.shots import SIZE_PX, Camera, take_all
    from vaxdesk.ui.window import OpenWindow

    application = QApplication(["vaxdesk"])
    with tempfile.TemporaryDirectory(prefix="vaxdesk-shots-") as folder:
        stage = build(Path(folder), Settings(language=language, theme=theme, sounds=False))
        opened = OpenWindow(application, stage.services)
        name = f"{language}-{theme}-{int(scale) * 100}"
        cards = _cards(stage) | {"list": str(_invited_list(stage, Path(folder)))}
        take_all(Camera(opened, out, name), stage.nurse, stage.manager, cards)
        opened.close()
        stage.close()
    settings = Settings(language=language, theme=theme, sounds=False)
    take_first_run(application, out, name, settings, SIZE_PX)
    take_practice(application, out, name, settings, SIZE_PX)
    return 0


def _cards(stage: WindowStage) -> dict[str, str]:
    returning, early = stage.returning[0], stage.returning[1]
    new = stage.newcomers[0]
    return {
        "returning": card_text(returning),
        "returning2": card_text(stage.returning[2]),
        "early": card_text(early),
        "new": card_text(new),
        "short": card_text(new)[1:],
        "typed": stage.newcomers[1].number,
        "search": stage.returning[3].name.split()[0],
    }


def _invited_list(stage: WindowStage, folder: Path) -> Path:
    """As offices send them: numbers that lost their zero, one too short, one person twice."""
    file, people = folder / "danh-sach-moi-tiem.csv", stage.newcomers[40:58]
    lines = ["STT;Họ và tên;Ngày sinh;Giới tính;Số CCCD;Số điện thoại;Địa chỉ"]
    for place, person in enumerate((*people, people[3]), 1):
        number = {5: "", 8: person.number[:7]}.get(place, person.number.lstrip("0"))
        sex = "Nữ" if person.sex is Sex.FEMALE else "Nam"
        born = f"{person.birth_date:%d/%m/%Y}"
        lines.append(f"{place};{person.name};{born};{sex};{number};09{person.number[-8:]};{person.address}")
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
