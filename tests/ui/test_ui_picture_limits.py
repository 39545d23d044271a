"""Pictures dropped on the window: odd kinds, pipes and files that grow are refused with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from vaxdesk import messages
from vaxdesk.errors import ScanError
from vaxdesk.ui import picture_reading
from vaxdesk.ui.picture_reading import text_in_file


def refusal(file: Path) -> str:
    with pytest.raises(ScanError) as refused:
        text_in_file(file)
    (problem,) = refused.value.problems
    assert messages.sentence(problem, "vi") != problem.code
    return problem.code


@pytest.mark.parametrize("kind", ["EPS", "PPM", "ICO", "TGA", "SGI", "GIF"])
def test_odd_kinds_are_refused_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "the.png"
    Image.new("RGB", (256, 256), "white").save(file, kind)
    assert refusal(file) == "picture-file-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(20)
def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.png")
    assert refusal(tmp_path / "ong.png") == "picture-file-unreadable"
    assert refusal(tmp_path) == "picture-file-unreadable"


def test_what_grows_behind_its_size_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_reading, "FILE_BYTES_MAX", 1000)
    (tmp_path / "lon.png").write_bytes(bytes(1001))
    assert refusal(tmp_path / "lon.png") == "picture-file-too-big"
    (tmp_path / "vua.png").write_bytes(bytes(1000))
    assert refusal(tmp_path / "vua.png") == "picture-file-unreadable"
