"""Who calls: the account named by `--as` or FEIJIAN_ACCOUNT, as configured in feijian.toml.

A name is no password: whoever may read the lake's files may read all of them, and it is the operating system's
accounts that keep others from it. The account says whose question it is, cuts its answer, and stands in the log.
"""

import os
from argparse import Namespace

from flows.settings import CONFIG, Settings, load_settings
from schemas.account import EVERYWHERE, Account, ExportClass
from schemas.errors import DisclosureError, SettingsError

VARIABLE = "FEIJIAN_ACCOUNT"
APPROVER = "approver"
LOCAL = Account("本机", EVERYWHERE, "operator", ExportClass.C)


def caller(options: Namespace, settings: Settings | None = None) -> Account:
    """The account that asks; without any `[accounts]` it is the operator of this machine.

    Args:
        options: the command line; `account` is what `--as` gave.
        settings: those of the working folder when not given.

    Raises:
        SettingsError: accounts are configured and none, or an unknown one, was named.
    """
    accounts = (settings or load_settings()).accounts
    name = getattr(options, "account", None) or os.environ.get(VARIABLE)
    if not accounts and name in (None, LOCAL.name):
        return LOCAL
    if name is None:
        raise SettingsError(f"请用 --as 或环境变量 {VARIABLE} 说明以哪个账户查询：{'、'.join(accounts)}。")
    if name not in accounts:
        raise SettingsError(f"没有名为 {name} 的账户；{CONFIG} 的 [accounts] 中现有：{'、'.join(accounts) or '无'}。")
    return accounts[name]


def require_class(account: Account, asked: ExportClass) -> None:
    """Refuse a class above the account's own.

    Raises:
        DisclosureError: it is.
    """
    if asked > account.top:
        raise DisclosureError(
            f"账户 {account.name} 最多可导出 {account.top} 类（{account.top.words}），"
            f"不能导出 {asked} 类（{asked.words}）。"
        )


def approver(settings: Settings, account: Account, name: str | None) -> Account:
    """The second person of a class D release: another configured account whose role is `approver`.

    Raises:
        DisclosureError: there is none, it is the caller himself, or it may not approve.
    """
    if not name or name == account.name or name not in settings.accounts:
        raise DisclosureError("导出 D 类（全标识名单）须由另一个已登记的账户批准：请用 --approver 写明。")
    second = settings.accounts[name]
    if second.role != APPROVER:
        raise DisclosureError(f'账户 {name} 不能批准导出：它在 feijian.toml 中的 role 不是 "{APPROVER}"。')
    return second
