"""What PostgreSQL and libpq say when something fails, as an error in Chinese."""

from schemas.errors import SourceError, SourceLostError

_TOO_LONG = "服务器执行超过了设定的时限（timeout_seconds），请在业务空闲时重试，或加大时限"
_FULL = "服务器的连接数已满，请稍后重试"
_REASONS = {
    "28P01": "用户名或口令错误",
    "28000": "服务器不允许该用户登录（pg_hba）",
    "3D000": "库不存在",
    "42501": "该用户没有读取权限",
    "42P01": "表不存在",
    "42703": "列不存在",
    "53300": _FULL,
    "57014": _TOO_LONG,
    "55P03": "等待锁超过时限，请稍后重试",
    "57P01": "连接被服务器中断",
    "25P02": "此前的一次查询失败，快照已不可用，请重试",
}
_LOST_STATES = ("08", "57P", "53300")
_UNREACHABLE = "无法连通服务器，请检查主机、端口、网络与服务状态"
_BROKEN = "连接中断"
_SIGNS = (  # what libpq says where there is no code: signs of which all parts must be there, and the reason
    ((("password authentication failed",),), _REASONS["28P01"]),
    ((("database", "does not exist"),), _REASONS["3D000"]),
    ((("current transaction is aborted",), ("is in an error state",)), _REASONS["25P02"]),
    ((("too many clients",), ("connection slots are reserved",)), _FULL),
    ((("could not connect",), ("connection to server",), ("could not translate",)), _UNREACHABLE),
    (
        (
            ("server closed the connection",),
            ("no connection to the server",),
            ("connection not open",),
            ("could not receive data",),
            ("could not send data",),
            ("SSL connection has been closed",),
            ("terminating connection",),
            ("timeout expired",),
        ),
        _BROKEN,
    ),
)


def refusal(error: Exception, doing: str) -> SourceError:
    """The error for what the driver says."""
    state, text = getattr(error, "sqlstate", None) or "", str(error)
    known = _reason(state, text)
    lost = state.startswith(_LOST_STATES) or known in {_UNREACHABLE, _BROKEN, _FULL}
    return (SourceLostError if lost else SourceError)(explain(state, text, doing))


def explain(sqlstate: str | None, text: str, doing: str) -> str:
    """What went wrong, in Chinese: from the server's error code, or from libpq's text where there is none.

    Text without an error code is not shown: it stems from the time before a login and may quote the password. Nor is
    that of class 22 (data): it quotes the value, which may be a person's.
    """
    known = _reason(sqlstate or "", text)
    if not known and sqlstate and sqlstate.startswith("22"):
        known = f"有的值不能按条件或转换的要求读取（{sqlstate}），请检查适配器的 where 与列"
    return f"{doing}失败：{known or (text.splitlines()[0] if sqlstate else '请检查连接串、网络与权限')}。"


def _reason(state: str, text: str) -> str | None:
    if state in _REASONS:
        return _REASONS[state]
    return next((reason for signs, reason in _SIGNS if any(all(part in text for part in sign) for sign in signs)), None)
