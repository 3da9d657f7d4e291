"""Errors that a user can act on: one Chinese sentence or two, and the exit code of the command.

Exit codes: 1 findings stand in the way, 2 it failed or could not verify, 3 refused.
"""


class FeijianError(Exception):
    """Something a user can mend; its text says where, what and how, in Chinese."""

    exit_code = 2


class SettingsError(FeijianError):
    """A parameter or the configuration is wrong."""


class SourceError(FeijianError):
    """The source cannot be reached or does not hold what the adapter expects."""


class SourceLostError(SourceError):
    """The connection broke while it was in use: server restarted, network cut. Trying again may help."""


class AdapterError(FeijianError):
    """An adapter under `reference/sources` breaks its own contract."""


class StoreError(FeijianError):
    """Our own folders cannot be written or read (disk full, no permission)."""


class PackageError(FeijianError):
    """A package is not whole, or not what its manifest says."""


class DriftError(FeijianError):
    """The format breaks with the prior year's, and nobody has signed that."""

    exit_code = 3


class EntitlementError(FeijianError):
    """The export right of the year is used up, and it is neither a correction nor has it a written reason."""

    exit_code = 3


class NothingToExportError(FeijianError):
    """The source holds no settlement in the period."""

    exit_code = 1


class LearnError(FeijianError):
    """A prior year's delivery cannot be read, or does not say what is needed to learn a format from it."""


class AnswersError(FeijianError):
    """A workbook with a hospital's answers cannot be read, or an answer cannot stand as it is."""


class TemplateError(FeijianError):
    """A customer's workbook cannot serve as template: unreadable, or a sheet or a cell of it belongs to nothing."""


class DisclosureError(FeijianError):
    """The caller may not see this, or it must not leave in this form; the refusal is logged."""

    exit_code = 3


class PaperError(FeijianError):
    """A paper cannot be made from its template: the template is no Word file, or lost a field that the paper needs."""
