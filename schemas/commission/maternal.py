"""Maternal and child health; its statistical year runs from 1 October to 30 September."""

from schemas.column import Day, Text, Whole
from schemas.commission.columns import Overlay, PersonTable, Reveals, fact, facts, flag

_CHILD = Overlay.CHILD
_MATERNAL = Overlay.MATERNAL


class ChildCard(PersonTable):
    """儿童保健卡: one row per child under management."""

    card_id: Text = fact("保健卡编号", Reveals.RECORD, required=True)
    birth: Day = fact("出生日期", Reveals.BIRTH, required=True)
    birth_weight: Whole = fact("出生体重", unit="克")
    gestation_weeks: Whole = fact("孕周", unit="周")
    build_date: Day = fact("建卡日期", required=True)
    end_date: Day = fact("结案日期")

    class Config:
        """Table facts."""

        metadata = facts("儿童保健卡", "ph", key=("card_id",), business="build_date", person="empi", overlay=_CHILD)


class NewbornVisit(PersonTable):
    """新生儿家庭访视."""

    visit_id: Text = fact("访视编号", Reveals.RECORD, required=True)
    birth: Day = fact("出生日期", Reveals.BIRTH, required=True)
    visit_date: Day = fact("访视日期", required=True)

    class Config:
        """Table facts."""

        metadata = facts("新生儿访视", "ph", key=("visit_id",), month="visit_date", person="empi", overlay=_CHILD)


class ChildCheckup(PersonTable):
    """儿童健康检查."""

    checkup_id: Text = fact("检查编号", Reveals.RECORD, required=True)
    visit_date: Day = fact("检查日期", required=True)
    stage: Text = fact("月龄段", required=True, codes="child_stage", note="01 满月, 03, 06 … 36 months, 48, 60, 72")
    eye_check_flag: Text = flag("眼保健和视力检查", required=True)

    class Config:
        """Table facts."""

        metadata = facts("儿童健康检查", "ph", key=("checkup_id",), month="visit_date", person="empi", overlay=_CHILD)


class ChildTcm(PersonTable):
    """儿童中医药健康管理: 6, 12, 18, 24, 30 and 36 months."""

    tcm_id: Text = fact("记录编号", Reveals.RECORD, required=True)
    service_date: Day = fact("服务日期", required=True)
    month_age: Whole = fact("月龄", required=True, unit="月")

    class Config:
        """Table facts."""

        metadata = facts("儿童中医药", "ph", key=("tcm_id",), month="service_date", person="empi", overlay=_CHILD)


class PregFile(PersonTable):
    """孕产妇保健手册."""

    preg_id: Text = fact("孕册编号", Reveals.RECORD, required=True)
    lmp: Day = fact("末次月经", Reveals.DAY)
    book_date: Day = fact("建册日期", required=True)
    book_week: Whole = fact("建册孕周", unit="周", note="completed weeks")
    first_prenatal_date: Day = fact("首次产检日期")

    class Config:
        """Table facts."""

        metadata = facts("孕产妇手册", "ph", key=("preg_id",), month="book_date", person="empi", overlay=_MATERNAL)


class PrenatalVisit(PersonTable):
    """产前检查."""

    visit_id: Text = fact("产检编号", Reveals.RECORD, required=True)
    preg_id: Text = fact("孕册编号", Reveals.RECORD, required=True)
    visit_date: Day = fact("产检日期", required=True)
    week: Whole = fact("孕周", unit="周")
    high_risk_score: Whole = fact("高危评分")

    class Config:
        """Table facts."""

        metadata = facts("产前检查", "ph", key=("visit_id",), month="visit_date", person="empi", overlay=_MATERNAL)


class Delivery(PersonTable):
    """分娩: one row per delivery; the mother is `empi`."""

    delivery_id: Text = fact("分娩编号", Reveals.RECORD, required=True)
    preg_id: Text = fact("孕册编号", Reveals.RECORD)
    delivery_date: Day = fact("分娩日期", required=True)
    discharge_date: Day = fact("出院日期", note="postnatal visits are due within 28 days after it")
    live_births: Whole = fact("活产数", required=True, unit="人")

    class Config:
        """Table facts."""

        metadata = facts("分娩", "ph", key=("delivery_id",), month="delivery_date", person="empi", overlay=_MATERNAL)


class PostnatalVisit(PersonTable):
    """产后访视 and the check at 42 days."""

    visit_id: Text = fact("访视编号", Reveals.RECORD, required=True)
    preg_id: Text = fact("孕册编号", Reveals.RECORD, required=True)
    visit_date: Day = fact("访视日期", required=True)
    kind: Text = fact("类别", required=True, isin=("1", "2"), note="1 产后访视 2 产后42天检查")

    class Config:
        """Table facts."""

        metadata = facts("产后访视", "ph", key=("visit_id",), month="visit_date", person="empi", overlay=_MATERNAL)
