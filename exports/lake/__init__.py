"""The lake: the std tables of the commission's systems as partitioned Parquet, read by DuckDB."""

from exports.lake.catalogue import Lake as Lake
from exports.lake.catalogue import open_lake as open_lake
