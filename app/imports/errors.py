"""What may be wrong with a file before its rows are looked at, and with the wish to import it."""

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class FileMissing(Refused):
    code = "file_missing"
    words = N_("Choose a CSV or XLSX file first.")


class FileTooLarge(Refused):
    code = "file_too_large"
    words = N_("This file is too large: %(most)s MB at most. Send it in several parts.")


class FileHasTooManyRows(Refused):
    code = "file_has_too_many_rows"
    words = N_("This file has more than %(most)s rows. Send it in several parts.")


class FileUnreadable(Refused):
    code = "file_unreadable"
    words = N_("This file cannot be read. Save it as CSV (UTF-8) or XLSX and send it again.")


class LineUnreadable(FileUnreadable):
    """The quotes of a CSV file do not match, most often."""

    code = "line_unreadable"
    words = N_(
        "Line %(line)s cannot be read: look for a quotation mark that is opened and not closed."
    )


class FileEmpty(Refused):
    code = "file_empty"
    words = N_("This file holds no rows. The first line names the columns, one row each follows.")


class FileHasErrors(Refused):
    """Some rows are bad and nobody asked to leave them out; nothing was written."""

    code = "file_has_errors"
    words = N_("%(lines)s rows have errors: nothing was imported.")


class HeaderWrong(Refused):
    """The first line names columns we do not know, or lacks some; leaving rows out is no help."""

    code = "header_wrong"
    words = N_("The first line of the file does not name the right columns.")


class AlreadyImported(Conflict):
    code = "already_imported"
    words = N_("This file was imported already. Send it again to import it once more.")


class FileNotChecked(Conflict):
    code = "file_not_checked"
    words = N_("This file is still being checked. Say yes once you have read what it would do.")


class ImportGivenUp(Refused):
    """Not because of the file: something failed each time."""

    code = "import_given_up"
    words = N_("This could not be done, and nothing was imported. Please send the file again.")


class SenderGone(Refused):
    code = "sender_gone"
    words = N_("Whoever asked for this may not import any more: nothing was imported.")


class UploadNotFound(NotFound):
    code = "upload_not_found"
    words = N_("This file is no longer here: files wait for one day. Send it again.")


class KindNotFound(NotFound):
    code = "import_kind_not_found"
    words = N_("This cannot be imported or exported.")
