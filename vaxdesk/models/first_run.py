"""The values of a first run: what a person gives step by step to make this machine a desk, and how far an earlier start came. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLATFORM_CHARS_MAX, SITE_CHARS_MAX, CODE_CHARS_MAX = 300, 60, 100


class Reached(StrEnum):
    """How far this machine is on its way to be a desk; each is kept on the disk and survives a power cut.

    NOTHING: no keys yet; LOCKED: its keys lie behind a passphrase; KEYS: keys are there and open; ANSWERED: the platform took the
    one-time code; ENROLLED: it is a desk.
    """

    NOTHING = "nothing"
    LOCKED = "locked"
    KEYS = "keys"
    ANSWERED = "answered"
    ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True, repr=False)
class PlatformAddress:
    """Where the platform is, which site this is, and the one-time code that its administrator gave out."""

    platform: str = ""
    site: str = ""
    code: str = ""

    def tidy(self) -> PlatformAddress:
        """Without blanks around and with https:// where nothing was said."""
        platform = self.platform.strip()
        if platform and "://" not in platform:
            platform = f"https://{platform}"
        return PlatformAddress(platform.rstrip("/"), self.site.strip(), "".join(self.code.split()))


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What is there now. `address`: as typed last, without the code once it was spent; `site_name`, `site_address`: as the platform answered.

    `needs_passphrase`: there is no keyring on this machine, so that a passphrase must keep the secrets.
    """

    reached: Reached
    needs_passphrase: bool = False
    address: PlatformAddress = PlatformAddress()
    site_name: str = ""
    site_address: str = ""
