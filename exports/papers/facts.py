"""What stands in the papers and is known to no package: who hands over to whom, and under which contract."""

from dataclasses import dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True)
class Handover:
    """The `[handover]` of the settings, all text; what is empty becomes a line to fill in by hand.

    The key (the password of the archive) goes by `key_channel` to `key_receiver`, never on the medium. `return_by` is
    the day by which the receiver returns or destroys the data.
    """

    sender: str = ""
    sender_person: str = ""
    receiver: str = ""
    receiver_person: str = ""
    medium: str = ""
    medium_id: str = ""
    key_channel: str = ""
    key_receiver: str = ""
    purpose: str = ""
    return_by: str = ""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The settings there are."""
        return tuple(one.name for one in fields(cls))


@dataclass(frozen=True)
class Agreement:
    """The contract that the export is delivered under, as the confirmation form names it; empty: filled in by hand."""

    project: str = ""
    number: str = ""
    unit: str = ""
    person: str = ""
    phone: str = ""


@dataclass(frozen=True)
class PaperFacts:
    """All that the papers need beside the package.

    `templates` is a folder whose `<paper>.docx` go before ours; it need not exist.
    """

    handover: Handover = field(default_factory=Handover)
    agreement: Agreement = field(default_factory=Agreement)
    templates: Path | None = None
