"""The order of a dossier: look, point, rank, test the amounts."""

from collections.abc import Callable
from contextlib import closing

from flows.dossier.amounts import Cashier, match_amounts
from flows.dossier.candidates import point, rank
from flows.dossier.look import look
from flows.settings import SourceSettings
from flows.sources import open_source
from schemas.dossier import Dossier


def make_dossier(
    source: SourceSettings, sample_rows: int, cashier: Cashier | None, tell: Callable[[str], None]
) -> Dossier:
    """Everything that can be said of one source, from one snapshot.

    Raises:
        SourceError: it cannot be reached or the connection broke.
    """
    with closing(open_source(source.location())) as connection:
        looked, samples = look(connection, connection.catalogue(), sample_rows, tell)
        tables = point(looked, samples)
        std = rank(tables)
        amounts = match_amounts(connection, tables, std, cashier) if cashier else ()
        return Dossier(
            source.name,
            connection.engine,
            connection.snapshot,
            tables,
            std,
            amounts,
            len(cashier.days) if cashier else 0,
        )
