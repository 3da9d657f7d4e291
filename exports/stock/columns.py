"""The columns in which people read the reconciliation of stock: sheets and terminal show the same."""

from typing import Any, NamedTuple

UNKNOWN, UNCHECKED = "未知", "未核对"
_BALANCES = {"opening", "closing", "computed", "available", "sold_otp", "sold_ipt"}
_COMPARED = {"difference", "beyond_bought", "beyond_sold"}


class Shown(NamedTuple):
    """A column of the reconciliation: its name there, its title, its width, and its sign (going out is shown > 0)."""

    name: str
    title: str
    width: int = 11
    sign: int = 1


_ITEM = (Shown("fixmedins_hilist_id", "物资编码", 12), Shown("name", "物资名称", 28))
_CODE = Shown("medins_list_codg", "收费编码", 12)
_UNIT = Shown("min_prcunt", "最小单位", 9)
_MOVED = (
    Shown("opening", "期初"),
    Shown("bought", "购进"),
    Shown("sent_back", "购进退库", sign=-1),
    Shown("bought_below", "二级库购进（不计购进）"),
    Shown("transfer_in", "调入"),
    Shown("transfer_out", "调出", sign=-1),
    Shown("sold_otp", "门诊销售", sign=-1),
    Shown("sold_ipt", "住院销售", sign=-1),
    Shown("used", "领用", sign=-1),
    Shown("counted_up", "盘盈"),
    Shown("counted_down", "盘亏", sign=-1),
    Shown("other_in", "其他入库"),
    Shown("other_out", "其他出库", sign=-1),
    Shown("computed", "期末（计算）"),
    Shown("closing", "期末（结存）"),
    Shown("difference", "结存－计算"),
)
_PACKS = tuple(
    Shown(name, title, 10)
    for pack, label in (("store", "药库"), ("otp", "门诊"), ("ipt", "住院"))
    for name, title in ((f"{pack}_prcunt", f"{label}包装"), (f"{pack}_convrat", f"{label}包装含最小单位"))
)
CODES = (
    _CODE,
    Shown("name", "名称", 28),
    Shown("items", "物资数", 8),
    _UNIT,
    Shown("opening", "期初"),
    Shown("bought", "购进"),
    Shown("sent_back", "购进退库", sign=-1),
    Shown("bought_below", "二级库购进（不计购进）"),
    Shown("available", "期初＋购进"),
    Shown("billed_otp", "门诊收费"),
    Shown("billed_ipt", "住院收费"),
    Shown("billed", "收费合计"),
    Shown("beyond_bought", "收费－（期初＋购进）", 14),
    Shown("sold_otp", "门诊销售出库"),
    Shown("sold_ipt", "住院销售出库"),
    Shown("beyond_sold", "收费－销售出库", 12),
    Shown("billed_early", "期间前使用、期间内结算（不计收费）", 16),
    Shown("unclear_lines", "单位不能换算的明细行（不计收费）", 16),
)
GOODS = (*_ITEM, _CODE, _UNIT, *_PACKS, *_MOVED)
PLACES = (*_ITEM, _CODE, Shown("inv_name", "库房", 12), Shown("inv_lv", "库房级别", 10), _UNIT, *_MOVED)


def shown(row: dict[str, Any], column: Shown) -> Any:
    """A value as people read it: what goes out without its sign, what nobody knows in words."""
    value = row[column.name]
    if value is None and column.name in _COMPARED:
        return UNCHECKED
    if value is None and column.name in _BALANCES:
        return UNKNOWN
    return -value if column.sign < 0 and value else value
