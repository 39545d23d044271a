"""One sheet of paper: as a picture, and as a file (I10). Sheets for the printer: see `print_run`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from vaxdesk.errors import PrintError
from vaxdesk.models.print_batches import BatchWish
from vaxdesk.models.values import DoseRecord, StaffMember
from vaxdesk.ui.services import WindowServices

SAVED_AS_FILE = "lưu tệp PDF"


def preview(services: WindowServices, record: DoseRecord, form: str, paper: str, width_px: int) -> QImage:
    """On the lane: the proven page as a picture of that width."""
    import pypdfium2

    document = services.produce(record, form, paper)
    opened = pypdfium2.PdfDocument(document.pdf)
    try:
        page = opened[0]
        bitmap = page.render(scale=width_px / page.get_width(), rev_byteorder=True)
        picture = bitmap.to_pil().convert("RGB")
    finally:
        opened.close()
    rows = picture.width * 3
    return QImage(picture.tobytes(), picture.width, picture.height, rows, QImage.Format.Format_RGB888).copy()


def save_file(services: WindowServices, record: DoseRecord, wish: BatchWish, target: Path, actor: StaffMember) -> Path:
    """On the lane: the proven page as a file, logged like a print."""
    document = services.produce(record, wish.form, wish.paper)
    try:
        target.write_bytes(document.pdf)
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    reason = wish.reason.strip() or SAVED_AS_FILE
    services.work.certificates.note_print(record, wish.form, document.sha256, reason, actor)
    return target
