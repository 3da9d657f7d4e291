"""ODBC through arrow-odbc: texts in UTF-16, straight into Arrow, whatever the locale of the machine.

arrow-odbc refuses a value that does not fit its buffer; it never cuts one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

import pyarrow as pa

from flows.sources.connection import BATCH_ROWS
from schemas.errors import SourceError, SourceLostError

LOGIN_SECONDS = 15
MAX_TEXT = 1 << 18
BATCH_BYTES = 1 << 24
ANSWER_BYTES = 1 << 23
_REASONS = {
    "28000": "用户名或口令错误，或该用户不允许登录",
    "42S02": "表或视图不存在，或该用户没有读取权限",
    "42P01": "表或视图不存在，或该用户没有读取权限",
    "42S22": "列不存在",
    "42501": "该用户没有读取权限",
    "3D000": "库不存在",
    "HYT00": "超过时限仍未返回",
    "HYT01": "连接超时",
    "HY008": "语句被取消（超过时限或被管理员终止）",
    "40001": "被数据库选为死锁牺牲者或快照冲突，请重试",
}
_NATIVE = {
    18456: "用户名或口令错误，或该用户不允许登录",
    4060: "库不存在，或该用户无权访问这个库",
    229: "该用户没有读取权限",
    1222: "等待别人的锁超过时限，请避开业务高峰重试，或请数据库管理员打开快照隔离",
    3952: "该库不允许快照隔离",
    -2501: "用户名或口令错误",
}
_ENDED = {"57P01", "57P02", "57P03"}
_LOST_NATIVE = {-6007, -70019, -70028}  # Dameng: the network failed, the connection broke, no socket
_NO_DRIVER = (
    "本机没有安装 ODBC 驱动“{driver}”。Windows：安装数据库厂商的 ODBC 驱动；Linux：安装驱动并登记在 odbcinst.ini"
    "（odbcinst -q -d 可看已装驱动）；已装的驱动名称不同时，在连接串末尾写 ?driver=驱动名称。"
)
_TOO_LONG = "有一个文字值超过 {} 个字符，不能完整读取；请把这样的长文本列从适配器中去掉"
_NO_MANAGER = (
    "本机没有 ODBC 驱动管理器。Linux 请安装 unixodbc（如 apt-get install unixodbc），"
    "macOS 用 brew install unixodbc，Windows 自带。"
)


class OdbcTransport:
    """One ODBC connection in manual commit; nothing is ever committed."""

    def __init__(self, connection: Any, timeout_seconds: int = 0) -> None:
        self._connection = connection
        self._timeout = timeout_seconds or None

    def run(self, sql: str) -> None:
        """A statement that gives no rows."""
        with _told("设置会话"):
            self._connection.execute(sql, query_timeout_sec=self._timeout)

    def rows(self, sql: str, doing: str = "查询源库") -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; binary fractions come as the Decimal of the driver's text."""
        floats: list[int] = []

        def exact(schema: pa.Schema) -> pa.Schema:
            floats.extend(place for place, field in enumerate(schema) if pa.types.is_floating(field.type))
            return pa.schema([pa.field(f.name, pa.string()) if pa.types.is_floating(f.type) else f for f in schema])

        found = [
            tuple(column[place].as_py() for column in batch.columns)
            for batch in self._read(sql, doing, ANSWER_BYTES, exact)
            for place in range(batch.num_rows)
        ]
        if not floats:
            return found
        return [
            tuple(Decimal(value) if place in floats and value else value for place, value in enumerate(row))
            for row in found
        ]

    def batches(self, sql: str, doing: str) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT of texts, streamed."""
        return self._read(sql, doing, BATCH_BYTES)

    def end(self) -> None:
        """End the transaction that a question has begun, so that the next one can begin otherwise."""
        with _told("设置会话"):
            self._connection.rollback()

    def close(self) -> None:
        """End the transaction and the connection; one that broke is gone already."""
        with suppress(_driver().Error):
            self._connection.rollback()
        self._connection = None

    def _read(self, sql: str, doing: str, buffer: int, map_schema: Any = None) -> Iterator[pa.RecordBatch]:
        with _told(doing):
            yield from self._connection.read_arrow_batches(
                sql,
                batch_size=BATCH_ROWS - 1,
                max_bytes_per_batch=buffer,
                max_text_size=MAX_TEXT,
                map_schema=map_schema,
                fetch_concurrently=buffer == BATCH_BYTES,
                query_timeout_sec=self._timeout,
                payload_text_encoding=_driver().TextEncoding.UTF16,
            )


@contextmanager
def _told(doing: str) -> Iterator[None]:
    """What the driver refuses meanwhile is told in Chinese."""
    driver = _driver()
    try:
        yield
    except driver.Error as error:
        raise explained(str(error), doing) from None


def open_odbc(
    settings: dict[str, str], user: str, password: str, doing: str, timeout_seconds: int = 0
) -> OdbcTransport:
    """Connect by a connection string made of these settings; user and password never stand in it.

    Raises:
        SourceError: driver manager or driver is missing, the server cannot be reached or refuses the login.
    """
    try:
        driver = _driver()
    except OSError:
        raise SourceError(f"{doing}失败：{_NO_MANAGER}") from None
    try:
        connection = driver.connect(
            connection_string(settings),
            user=user,
            password=password,
            login_timeout_sec=LOGIN_SECONDS,
            autocommit=False,
        )
    except driver.Error as error:
        raise explained(str(error), doing, settings["Driver"]) from None
    return OdbcTransport(connection, timeout_seconds)


def connection_string(settings: dict[str, str]) -> str:
    """`Name=value;…`; the driver's name, and what would end a value, in braces."""
    return ";".join(
        f"{name}={_braced(value) if name == 'Driver' else _safe(value)}" for name, value in settings.items()
    )


def _safe(value: str) -> str:
    return _braced(value) if re.search(r"[;{}=\s]", value) else value


def _braced(value: str) -> str:
    return "{" + value.replace("}", "}}") + "}"


def explained(text: str, doing: str, connecting: str = "") -> SourceError:
    """What went wrong, in Chinese, from what arrow-odbc says of the driver's diagnosis.

    The server's own words are shown only where they speak of SQL and names (class 42): those of a login may quote it,
    those of a conversion quote the value, which may be a person's.

    Args:
        text: the message of `arrow_odbc.Error`.
        doing: what was done, in Chinese.
        connecting: the driver's name while a connection is opened.
    """
    match = re.search(r"State: (\w{5}), Native error: (-?\d+), Message: (.*)", text, re.DOTALL)
    if match is None:
        too_large = "too large to be written" in text
        reason = _TOO_LONG.format(MAX_TEXT) if too_large else "ODBC 驱动返回了无法识别的错误"
        return SourceError(f"{doing}失败：{reason}。")
    state, native, said = match[1], int(match[2]), match[3]
    if connecting and (state in {"IM002", "IM003", "IM004"} or "Can't open lib" in said):
        return SourceError(f"{doing}失败：{_NO_DRIVER.format(driver=connecting)}")
    reason = _NATIVE.get(native) or _REASONS.get(state, "")
    unreachable = (
        state.startswith("08") or state in _ENDED or native in _LOST_NATIVE or (connecting and state.startswith("HYT"))
    )
    if native not in _NATIVE and unreachable:
        word = "无法连通服务器，请检查主机、端口、网络与服务状态" if connecting else "连接中断"
        return SourceLostError(f"{doing}失败：{word}（{state}/{native}）。")
    words = said.strip().splitlines()[0] if state.startswith("42") and not connecting and said.strip() else ""
    return SourceError(f"{doing}失败：{reason or words or '数据库拒绝了请求'}（{state}/{native}）。")


def _driver() -> Any:
    """arrow-odbc, imported on use: it needs the ODBC driver manager of the machine."""
    import arrow_odbc

    return arrow_odbc
