"""The answer on paper: drawn, proven and handed to the printer on the lane."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.complaints import Story
from vaxdesk.models.values import StaffMember
from vaxdesk.print import complaint_letter
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone


class LetterOffer(QObject):
    """`said(tone, sentence)`: what became of it."""

    said = Signal(Tone, str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around

    def print(self, story: Story) -> None:
        """On the machine's printer, on its paper."""
        work = partial(_printed, self._around.services, story, self._around.session.actor)
        self._around.lane.run(work, done=self._done, failed=self._failed)

    def _done(self, _job: str) -> None:
        self.said.emit(Tone.INFORM, self.tr("Đã gửi thư trả lời tới máy in."))

    def _failed(self, error: VaxdeskError) -> None:
        self.said.emit(Tone.STOP, self._around.speech.sentence(error))


def _printed(services: WindowServices, story: Story, actor: StaffMember) -> str:
    """On the lane: the job. Raises ProofFailed, SpoolerError, StoreError."""
    settings, work = services.settings(), services.work
    paper = settings.paper if settings.paper in ("A4", "A5") else "A5"
    pdf = complaint_letter.render(story, work.site(), actor.name, work.clock(), paper)
    job = services.spool(pdf, settings.printer or None, "vaxdesk complaint")
    work.complaints.note_letter(story.complaint.id, actor)
    return str(job)
