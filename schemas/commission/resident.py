"""Persons and their health archives, with moves, merges, groups and deaths."""

from schemas.column import Day, Instant, Text
from schemas.commission.columns import PersonTable, Reveals, fact, facts, flag


class Resident(PersonTable):
    """居民: one row per entry of the master index (MPI); `org_code` is the institution that manages the person now."""

    name: Text = fact("姓名", Reveals.NAME, required=True, source="DE02.01.039.00")
    id_type: Text = fact("证件类型", codes="id_type", source="CV02.01.101")
    id_no: Text = fact("证件号码", Reveals.CERTIFICATE, source="DE02.01.030.00")
    sex: Text = fact("性别", codes="sex", source="GB/T 2261.1")
    birth: Day = fact("出生日期", Reveals.BIRTH, source="DE02.01.005.01")
    nation: Text = fact("民族", codes="nation", source="GB/T 3304")
    residence_type: Text = fact("居住类型", isin=("1", "2"), note="1 户籍 2 非户籍")
    mobile: Text = fact("手机", Reveals.PHONE)
    contact_name: Text = fact("联系人", Reveals.NAME)
    contact_phone: Text = fact("联系人电话", Reveals.PHONE)
    address: Text = fact("住址", Reveals.ADDRESS)
    addr_code: Text = fact("居住地区划", Reveals.AREA, note="12 digits: the residence axis; never the ID's prefix")

    class Config:
        """Table facts."""

        metadata = facts("居民", "ph", key=("empi",), person="empi")


class HealthArchive(PersonTable):
    """健康档案: one row per archive (EHR); `org_code` and `mana_org` are who manages it now."""

    archive_no: Text = fact("档案编号", Reveals.ARCHIVE, required=True, note="17 digits", source="DE01.00.009.00")
    mana_org: Text = fact("管辖机构", required=True, note="now; the moves give it for any other day")
    mana_doctor: Text = fact("责任医生", Reveals.WORKER)
    create_org: Text = fact("建档机构", required=True, note="the archive axis")
    create_date: Day = fact("建档日期", required=True)
    status: Text = fact("档案状态", required=True, isin=("0", "1"), note="0 正常 1 注销")
    cancel_reason: Text = fact("注销原因", codes="cancel_reason", note="1 死亡 2 迁出 3 失访 4 拒绝 9 其他")
    cancel_date: Day = fact("注销日期")
    basic_flag: Text = flag("封面与基本信息完整", required=True)
    standard_flag: Text = flag("规范化电子档案", required=True)
    electronic_flag: Text = flag("电子档案", required=True)
    open_flag: Text = flag("向居民开放", required=True)
    data_source: Text = fact("来源")

    class Config:
        """Table facts."""

        metadata = facts("健康档案", "ph", key=("archive_no",), business="create_date", person="empi")


class ArchiveMove(PersonTable):
    """档案迁移: one row per move of an archive between institutions; it holds from `confirm_date`."""

    move_id: Text = fact("迁移编号", Reveals.RECORD, required=True)
    archive_no: Text = fact("档案编号", Reveals.ARCHIVE, required=True)
    src_org: Text = fact("迁出机构", required=True)
    dst_org: Text = fact("迁入机构", required=True)
    apply_date: Day = fact("申请日期", required=True)
    confirm_date: Day = fact("确认日期", note="empty: not moved yet")
    move_children: Text = flag("专项档案随迁", required=True)

    class Config:
        """Table facts."""

        metadata = facts("档案迁移", "ph", key=("move_id",), business="confirm_date", person="empi")


class ArchiveMerge(PersonTable):
    """档案合并: `merged_empi` is the same person as `empi`, since `merged_at`; chains are followed."""

    merged_empi: Text = fact("被合并的主索引", Reveals.PERSON, required=True)
    merged_at: Instant = fact("合并时间", required=True)
    merged_by: Text = fact("合并人", Reveals.WORKER)

    class Config:
        """Table facts."""

        metadata = facts("档案合并", "ph", key=("merged_empi",), person="empi")


class PersonGroup(PersonTable):
    """人群分类: a person's membership of a group, from and to; one person is in several groups.

    Codes: 01 老年人 02 高血压 03 糖尿病 04 0-6岁 05 孕产妇 06 精障 07 结核 08 残疾 09 脱贫 10 低保 11 特困 12 计生特殊.
    """

    group_code: Text = fact("人群", required=True, codes="group_code")
    begin_date: Day = fact("开始日期", required=True)
    end_date: Day = fact("结束日期", note="the first day on which the person is no longer in the group")

    class Config:
        """Table facts."""

        metadata = facts("人群分类", "ph", key=("empi", "group_code", "begin_date"), person="empi")


class DeathRecord(PersonTable):
    """死亡名单: deaths as 公安, 民政 or the death register report them; an archive of theirs should be cancelled."""

    death_id: Text = fact("死亡登记编号", Reveals.RECORD, required=True)
    death_date: Day = fact("死亡日期", required=True)
    source: Text = fact("名单来源", required=True, codes="death_source")

    class Config:
        """Table facts."""

        metadata = facts("死亡名单", "ph", key=("death_id",), business="death_date", person="empi")


class ArchiveAudit(PersonTable):
    """档案抽查: one row per archive drawn for inspection."""

    audit_id: Text = fact("抽查编号", Reveals.RECORD, required=True)
    archive_no: Text = fact("档案编号", Reveals.ARCHIVE, required=True)
    audit_date: Day = fact("抽查日期", required=True)
    dynamic_flag: Text = flag("有动态记录", required=True)
    qualified_flag: Text = flag("合格", required=True)

    class Config:
        """Table facts."""

        metadata = facts("档案抽查", "ph", key=("audit_id",), month="audit_date", person="empi")
