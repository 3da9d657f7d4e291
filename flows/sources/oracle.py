"""Oracle through python-oracledb: read as texts (see oracle_sql.py), in Arrow batches.

Thin mode needs nothing installed and Oracle 12.1 or later; Oracle 11.2 needs thick mode (`?thick=1`) with Oracle's own
Instant Client. Not tried on a live server: built on the documentation of Oracle and of the driver.
"""

import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, unquote
from zoneinfo import ZoneInfo

import oracledb
import pyarrow as pa

from flows.sources.connection import BATCH_ROWS, parse_url
from flows.sources.dialect import Dialect
from flows.sources.oracle_sql import grammar
from flows.sources.text_source import TextSource, Transport, url_options
from schemas.errors import SettingsError, SourceError, SourceLostError

CLIENT = "FEIJIAN_ORACLE_CLIENT"
LOGIN_SECONDS = 15
SNAPSHOT = "读取期间为同一快照（SET TRANSACTION READ ONLY，事务级读一致性，只读）"
_THICK = "。请安装 Oracle Instant Client（连 11g 用 19 版；21 版起不再支持 11g），并在连接串末尾写 ?thick=1"
_UNDO = (
    "快照已过旧：撤销段保留时间短于读取时间。请数据库管理员调大 UNDO_RETENTION（如 7200 秒）并保证撤销表空间够用，"
    "或避开业务高峰、缩短导出的期间再试"
)
_REASONS = {
    "ORA-01017": "用户名或口令错误",
    "ORA-28000": "该账号已被锁定，请数据库管理员解锁",
    "ORA-28001": "该账号的口令已过期，请数据库管理员更换",
    "ORA-01045": "该账号没有 CREATE SESSION 权限",
    "ORA-12505": "监听器不认识这个 SID，请核对连接串末尾的 ?sid=",
    "ORA-12514": "监听器不认识这个服务名，请核对连接串；用 SID 时写 ?sid=名称",
    "DPY-6001": "监听器不认识这个服务名，请核对连接串；用 SID 时写 ?sid=名称",
    "DPY-6003": "监听器不认识这个 SID，请核对连接串末尾的 ?sid=",
    "ORA-00942": "表或视图不存在，或该用户没有读取权限",
    "ORA-01031": "该用户没有所需的权限",
    "ORA-00904": "列不存在",
    "ORA-01555": _UNDO,
    "ORA-01722": "有的值不是数字，条件或转换无法计算",
    "ORA-01013": "语句超过时限，已停止",
    "DPY-4024": "语句超过时限，已停止",
    "DPI-1067": "语句超过时限，已停止",
    "DPY-3010": "数据库版本过低：直连方式要求 Oracle 12.1 及以上，基层常见的 11g 不支持" + _THICK,
    "DPY-3015": "账号的口令校验方式是 10g 旧式，直连方式不支持" + _THICK,
    "DPY-3001": "服务器要求网络加密（NNE），直连方式不支持" + _THICK,
    "DPI-1047": (
        "找不到 Oracle Instant Client。请从 Oracle 网站下载 64 位的 Basic 包解压；"
        f"Windows：把文件夹写进环境变量 {CLIENT}；Linux：安装 libaio，把文件夹登记到 /etc/ld.so.conf.d 后执行 ldconfig"
    ),
    "DPY-2019": "本次运行已用直连方式连过 Oracle，不能再切换为 ?thick=1；请让所有 Oracle 数据源都写 ?thick=1",
}
_LOST = {
    "ORA-03113": "连接中断",
    "ORA-03114": "连接中断",
    "ORA-03135": "连接中断",
    "ORA-00018": "数据库的会话数已满，请稍后重试",
    "ORA-00020": "数据库的进程数已满，请稍后重试",
    "ORA-12516": "监听器没有空闲的连接，请稍后重试",
    "ORA-12519": "监听器没有空闲的连接，请稍后重试",
    "ORA-12520": "监听器没有空闲的连接，请稍后重试",
    "ORA-00028": "会话被管理员终止",
    "ORA-01012": "会话已结束",
    "ORA-01033": "数据库正在启动或关闭",
    "ORA-01034": "数据库没有启动",
    "ORA-01089": "数据库正在关闭",
    "ORA-12541": "无法连通服务器：主机上没有监听器，请检查主机、端口与服务状态",
    "ORA-12170": "连接服务器超时，请检查主机、端口与防火墙",
    "ORA-12537": "连接被服务器关闭",
    "ORA-12545": "找不到这台主机，请检查主机名与网络",
    "DPY-1001": "连接中断",
    "DPY-4011": "连接中断（若一连接就断，服务器可能要求网络加密：请装 Oracle Instant Client 并写 ?thick=1）",
    "DPY-6000": "连接被监听器拒绝",
    "DPY-6005": "无法连通服务器，请检查主机、端口、网络与服务状态",
}


class OracleTransport:
    """One connection of python-oracledb; nothing is ever committed."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str) -> None:
        """A statement that gives no rows."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
            except oracledb.Error as error:
                raise explained(str(error), "设置会话") from None

    def rows(self, sql: str, doing: str = "查询源库") -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; numbers come as Decimal."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql, fetch_decimals=True, fetch_lobs=False)
                return list(cursor.fetchall())
            except oracledb.Error as error:
                raise explained(str(error), doing) from None

    def batches(self, sql: str, doing: str) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT of texts, streamed."""
        try:
            for frame in self._connection.fetch_df_batches(sql, size=BATCH_ROWS):
                # A frame may have no arrays at all; `pa.table` of it ends in an IndexError of the driver (26.1).
                if arrays := [pa.array(array) for array in frame.column_arrays()]:
                    yield pa.RecordBatch.from_arrays(arrays, names=frame.column_names())
        except oracledb.Error as error:
            raise explained(str(error), doing) from None

    def close(self) -> None:
        """End the transaction and the connection; one that broke is gone already."""
        try:
            self._connection.close()
        except oracledb.Error:
            return


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> TextSource:
    """Open `oracle://user:password@host:1521/service` (or `…@host?sid=NAME`), read-only, in one snapshot.

    Options: `sid`, `schema` (whose tables are read; else the user's own), `thick=1`.

    Raises:
        SettingsError: an option is unknown, or neither service nor SID is named.
        SourceError: the server cannot be reached, refuses the login, or needs thick mode.
    """
    where = parse_url(url)
    options = url_options(where, ("sid", "schema", "thick"))
    user = unquote(where.username or "")
    place = f"{where.hostname or '127.0.0.1'}:{where.port or 1521}/{options.get('sid') or where.path.strip('/')}"
    doing = f"连接 Oracle（{place}，用户 {user}）"
    try:
        if options.get("thick") == "1":
            # On Linux the loader finds the client, or nothing does: the driver's manual forbids a folder there.
            oracledb.init_oracle_client(lib_dir=None if sys.platform == "linux" else os.environ.get(CLIENT))
        connection = oracledb.connect(user=user, **connection_arguments(where, options))
    except oracledb.Error as error:
        raise explained(str(error), doing) from None
    except OSError:
        raise SourceLostError(f"{doing}失败：找不到主机 {where.hostname}，请检查主机名与网络。") from None
    connection.call_timeout = timeout_seconds * 1000
    return opened(OracleTransport(connection), connection.version, user, options.get("schema", ""), timezone)


def connection_arguments(where: SplitResult, options: dict[str, str]) -> dict[str, Any]:
    """What python-oracledb wants to know besides the user.

    Raises:
        SettingsError: neither a service name nor a SID is given.
    """
    service, sid = unquote(where.path.strip("/")), options.get("sid", "")
    if bool(service) == bool(sid):
        raise SettingsError(
            "Oracle 的连接串应写 oracle://用户:口令@主机:1521/服务名，或 oracle://用户:口令@主机?sid=名称。"
        )
    return {
        "password": unquote(where.password or ""),
        "host": where.hostname or "127.0.0.1",
        "port": where.port or 1521,
        "tcp_connect_timeout": LOGIN_SECONDS,
        **({"service_name": service} if service else {"sid": sid}),
    }


def opened(transport: Transport, version: str, user: str, schema: str, timezone: str) -> TextSource:
    """A session made ready: literals as adapters write them, the hospital's zone, then the snapshot."""
    for statement in session(schema.upper(), timezone):
        transport.run(statement)
    stored = (schema or user).upper()
    return TextSource(transport, grammar(stored), f"Oracle {version.split('.')[0]}", SNAPSHOT)


def session(schema: str, timezone: str) -> tuple[str, ...]:
    """The statements with which a session begins; the last one begins the snapshot.

    Oracle takes a text without its last time fields for midnight, so that one format reads `'2024-01-31'` and
    `'2024-01-31 08:00:00'` alike where adapters compare with DATE and TIMESTAMP.
    """
    stamp = "YYYY-MM-DD HH24:MI:SS"
    offset = datetime.now(ZoneInfo(timezone)).strftime("%z")
    return (
        *((f"ALTER SESSION SET CURRENT_SCHEMA = {Dialect().name(schema)}",) if schema else ()),
        f"ALTER SESSION SET NLS_DATE_FORMAT = '{stamp}'",
        f"ALTER SESSION SET NLS_TIMESTAMP_FORMAT = '{stamp}.FF'",
        f"ALTER SESSION SET NLS_TIMESTAMP_TZ_FORMAT = '{stamp}.FF'",
        "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'",
        "ALTER SESSION SET NLS_COMP = BINARY",
        f"ALTER SESSION SET TIME_ZONE = '{offset[:3]}:{offset[3:]}'",
        "SET TRANSACTION READ ONLY",
    )


def explained(text: str, doing: str) -> SourceError:
    """What went wrong, in Chinese, by the code of Oracle or of its driver.

    The server's own words are shown only for errors of SQL and names (ORA-009xx): others may quote a value.
    """
    found = re.findall(r"\b(ORA|DPY|DPI)-(\d+)", text)
    codes = [f"{kind}-{number.zfill(5 if kind == 'ORA' else 4)}" for kind, number in found]
    for code in codes:
        if code in _REASONS:
            return SourceError(f"{doing}失败：{_REASONS[code]}（{code}）。")
    for code in reversed(codes):
        if code in _LOST:
            return SourceLostError(f"{doing}失败：{_LOST[code]}（{code}）。")
    if codes and codes[0].startswith("ORA-009"):
        return SourceError(f"{doing}失败：{text.strip().splitlines()[0]}。")
    return SourceError(f"{doing}失败：数据库或驱动拒绝了请求（{codes[0] if codes else '无错误码'}）。")
