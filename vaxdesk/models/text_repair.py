"""Vietnamese text: one folding for every search, one normal form for every name, exact repairs, and evidence of damage. Pure."""

from __future__ import annotations

import re
import unicodedata

NAME_CHARS_MAX = 150
_CONTROLS = re.compile(  # of Unicode's Cc and Cf, and what no text may hold: lone surrogates, non-characters
    r"[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"\s+")  # tabs and line breaks too: they part words, and are no part of any
_MARKED = re.compile(r"[À-ỹĐđ]")
# What UTF-8 looks like when it was read as a Western page: its lead bytes as letters, its tail bytes as signs or controls.
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf]|áº|á»|Ä[\u0090\u0091‘]|Æ[°¡]|Å©|[\u0080-\u009f]")
_LOST = re.compile(r"\ufffd|(?<=\w)\?|\?(?=\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PAGES = ("cp1252", "latin-1", "cp1258")

# Typed through Telex or VNI, a name keeps digits inside words, or doubled vowels with a tone key behind. Evidence, not a list of
# allowed names: foreign and minority names (Owen, Lee, H'Bee, K'Sor, Êñuôl) have one such trait at most, never the pair.
_DIGIT_IN_WORD = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_TELEX_TONED = re.compile(r"[a-z]*(?:aa|ee|oo|dd|[aou]w)[a-z]*[sfrxj]", re.IGNORECASE)
_TELEX_VOWEL = re.compile(r"[a-z]*(?:aa|dd|[aou]w)[a-z]*", re.IGNORECASE)


def fold(text: str) -> str:
    """Lower case, đ as d, without diacritics, single spaces: the form everything is searched by."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(ch for ch in plain if not unicodedata.combining(ch)).split())


def normal_name(text: str) -> str:
    """A name as it is stored: NFC, no control characters, single spaces, at most 150 characters."""
    bare = _CONTROLS.sub("", _BLANKS.sub(" ", text))
    return unicodedata.normalize("NFC", " ".join(bare.split()))[:NAME_CHARS_MAX].rstrip()


def has_controls(text: str) -> bool:
    """Whether the text holds control, zero-width or direction characters, which no name has."""
    return _CONTROLS.search(text) is not None


def marks(text: str) -> int:
    """How many letters carry Vietnamese marks, đ included."""
    return len(_MARKED.findall(unicodedata.normalize("NFC", text)))


def repaired(text: str) -> str:
    """UTF-8 that was read as a single-byte page, turned back where that is exact; else the text as it is."""
    if not _MOJIBAKE.search(text):
        return text
    for page in _PAGES:
        try:
            turned = text.encode(page).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return unicodedata.normalize("NFC", turned)
    return text


def case_put_right(text: str) -> str:
    """A text typed by a reader while Caps Lock was on (`tRẦN`, `nỮ`, `hc1:`), turned back; any other text as it is."""
    if text.startswith(("hc1:", "vxs1:")):
        return text.swapcase()
    words = _WORD.findall(text)
    turned = any(word[0].islower() and word[1:].isupper() for word in words)
    if not turned or any(word[0].isupper() and word[1:].islower() for word in words):
        return text
    back = text.swapcase()
    return back if back.swapcase() == text else text


def is_garbled(text: str) -> bool:
    """Whether letters were lost (replacement characters, question marks inside words) or are still in the wrong page."""
    return bool(_LOST.search(text) or _MOJIBAKE.search(text))


def went_through_input_method(name: str) -> bool:
    """Whether a name looks typed through Telex or VNI: digits inside words, or Telex keys left at a syllable's end."""
    if _DIGIT_IN_WORD.search(name):
        return True
    words = [word for word in name.split() if word.isascii()]
    if any(_TELEX_TONED.fullmatch(word) for word in words):
        return True
    return sum(_TELEX_VOWEL.fullmatch(word) is not None for word in words) >= 2
