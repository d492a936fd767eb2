"""Why a file is not taken: every reason names the file and says what to do instead."""

from typing import Any

from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_, Worded


class Refusal(Worded):
    """The label is a message id; `FileRefused.words` has its parameters."""

    EMPTY = "empty", N_("“%(name)s” is empty.")
    TOO_LARGE = "too_large", N_("“%(name)s” is larger than %(limit)s. Make it smaller or split it.")
    TOO_MANY = "too_many", N_("“%(name)s” was not added: at most %(limit)s files go with one form.")
    TOO_MUCH = (
        "too_much",
        N_("“%(name)s” was not added: all files of one form may have %(limit)s together."),
    )
    TOO_MUCH_WAITING = (
        "too_much_waiting",
        N_(
            "“%(name)s” was not added: more than %(limit)s of your files wait in forms you have "
            "not sent. Send or remove some first."
        ),
    )
    EXECUTABLE = "executable", N_("“%(name)s” is a program. Programs are not accepted.")
    HTML = "html", N_("“%(name)s” is a web page. Save it as PDF and choose that.")
    SVG = (
        "svg",
        N_(
            "“%(name)s” is an SVG drawing, which can carry scripts. Save it as PDF or PNG and "
            "choose that."
        ),
    )
    ARCHIVE = (
        "archive",
        N_("“%(name)s” is an archive. Unpack it and choose the files one by one."),
    )
    OLD_OFFICE = (
        "old_office",
        N_(
            "“%(name)s” has an old Office format or a password. Save it as XLSX, DOCX or PPTX "
            "without a password and choose that."
        ),
    )
    MACROS = "macros", N_("“%(name)s” contains macros. Save it without macros and choose that.")
    ACTIVE_CONTENT = (
        "active_content",
        N_(
            "“%(name)s” contains programs or loads content from elsewhere. Save it as PDF and "
            "choose that."
        ),
    )
    PDF_SCRIPT = (
        "pdf_script",
        N_(
            "“%(name)s” contains scripts or starts programs. Print it to a new PDF and choose that."
        ),
    )
    PDF_PROTECTED = (
        "pdf_protected",
        N_(
            "“%(name)s” is protected or unusually packed, so it cannot be checked. Print it to a "
            "new PDF and choose that."
        ),
    )
    DISGUISED = (
        "disguised",
        N_(
            "“%(name)s” holds a second file inside the first. Save it anew from the program it "
            "was made with and choose that."
        ),
    )
    DAMAGED = (
        "damaged",
        N_("“%(name)s” is damaged or incomplete. Save it anew and choose that."),
    )
    BOMB = (
        "bomb",
        N_("“%(name)s” unpacks to far more than its size. Save it as PDF and choose that."),
    )
    PICTURE_TOO_LARGE = (
        "picture_too_large",
        N_(
            "“%(name)s” has %(width)s × %(height)s pixels, more than we can read. Make it "
            "smaller and choose that."
        ),
    )
    ANIMATED = "animated", N_("“%(name)s” is an animation. Choose a still picture.")
    HEIC = "heic", N_("“%(name)s” is a HEIC picture. Save it as JPEG and choose that.")
    TEXT_ENCODING = (
        "text_encoding",
        N_("“%(name)s” is text in an encoding we cannot read. Save it as UTF-8 and choose that."),
    )
    UNKNOWN = (
        "unknown",
        N_("“%(name)s” is of a kind that is not accepted. Accepted are %(kinds)s."),
    )
    INFECTED = "infected", N_("“%(name)s” was refused by the virus scanner.")
    NOT_STORED = (
        "not_stored",
        N_("“%(name)s” could not be kept because our file storage is full. Try again later."),
    )


class FileRefused(FieldError):
    """One file is not taken. `reason` says why; shown at the form's field `files`."""

    def __init__(self, reason: Refusal, **words: Any) -> None:
        super().__init__("files", reason.label, **words)
        self.reason = reason
