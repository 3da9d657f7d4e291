"""Sources: how each kind of database or folder is opened and read.

The engines' modules are imported on demand, since each brings a driver of its own.
"""

from importlib import import_module

from flows.sources.connection import Connection, parse_url
from schemas.errors import SettingsError

ENGINES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "kingbase": "postgresql",
    "kingbasees": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "parquet": "parquet",
    "oracle": "oracle",
    "mssql": "sqlserver",
    "sqlserver": "sqlserver",
    "dm": "dameng",
    "dameng": "dameng",
    "duckdb": "duckdb",
    "files": "files",
}


def open_source(url: str, timezone: str = "Asia/Shanghai", timeout_seconds: int = 0) -> Connection:
    """Open a source read-only, in one snapshot.

    Args:
        url: `sqlite:///file`, `postgresql://user:password@host:port/database`, `mysql://…`,
            `mariadb://…`, `oracle://user:password@host:1521/service`, `mssql://user:password@host:1433/database`,
            `dm://user:password@host:5236`, `duckdb:///file`, `parquet:///folder` or `files:///folder`.
        timezone: the hospital's zone: wall-clock bounds and instants of the source are read in it.
        timeout_seconds: how long the server may work on one statement; 0: no limit.

    Raises:
        SettingsError: the URL is of no kind that feijian knows.
        SourceError: it cannot be reached, or the password is wrong.
    """
    scheme = parse_url(url).scheme
    if scheme not in ENGINES:
        raise SettingsError(
            f"不认识的数据源类型“{scheme}”；可用：{'、'.join(ENGINES)}（形如 postgresql://主机/库名）。"
        )
    connection: Connection = import_module(f"flows.sources.{ENGINES[scheme]}").connect(url, timezone, timeout_seconds)
    return connection
