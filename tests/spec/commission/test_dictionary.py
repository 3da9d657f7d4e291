"""The data dictionary says what the models are."""

from exports.commission.dictionary import DICTIONARY, dictionary
from schemas.commission.std import MODELS, SYSTEMS, lake_table


def test_the_dictionary_is_the_one_that_the_models_write() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary()


def test_every_table_belongs_to_a_known_system_and_is_cut_and_keyed_by_its_own_columns() -> None:
    for name in MODELS:
        table = lake_table(name)
        columns = {column.name for column in table.spec.columns}
        named = {*table.spec.key, table.month, table.business, table.person} - {None}
        assert table.system in SYSTEMS and named <= columns, name
