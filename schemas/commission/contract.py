"""Family-doctor contracts, the residents' app and health cards."""

from schemas.column import Amount, Day, Instant, Text, Whole
from schemas.commission.columns import CommissionTable, PersonTable, Reveals, fact, facts, flag


class FdTeam(CommissionTable):
    """家庭医生团队."""

    team_id: Text = fact("团队编号", required=True)
    team_name: Text = fact("团队名称", required=True)
    valid_from: Day = fact("成立日期", required=True)
    valid_to: Day = fact("撤销日期")

    class Config:
        """Table facts."""

        metadata = facts("家庭医生团队", "fd", key=("team_id",))


class FdTeamMember(CommissionTable):
    """团队成员."""

    team_id: Text = fact("团队编号", required=True)
    staff_id: Text = fact("人员编码", required=True)
    role: Text = fact("角色", required=True, codes="fd_role", note="1 全科 2 专科 3 护士 4 公卫 5 村医")
    leader_flag: Text = flag("队长", required=True)

    class Config:
        """Table facts."""

        metadata = facts("团队成员", "fd", key=("team_id", "staff_id"))


class FdPackage(CommissionTable):
    """签约服务包."""

    package_id: Text = fact("服务包编号", required=True)
    package_name: Text = fact("服务包名称", required=True)
    package_type: Text = fact(
        "类别", required=True, codes="fd_package_type", note="1 基础 2 初级 3 中级 4 高级 5 个性化"
    )
    price: Amount = fact("价格", required=True, unit="元")

    class Config:
        """Table facts."""

        metadata = facts("签约服务包", "fd", key=("package_id",))


class FdPackageItem(CommissionTable):
    """服务包项目."""

    package_id: Text = fact("服务包编号", required=True)
    item_id: Text = fact("项目编号", required=True)
    item_name: Text = fact("项目名称", required=True)
    service_times: Whole = fact("服务次数", required=True, unit="次")
    biz_table: Text = fact("履约业务表", note="the std table whose record counts as fulfilment")

    class Config:
        """Table facts."""

        metadata = facts("服务包项目", "fd", key=("package_id", "item_id"))


class FdContract(PersonTable):
    """签约: in force on a day from `begin_date` until the day before `end_date`, or `stop_date` if it comes first."""

    contract_id: Text = fact("签约编号", Reveals.RECORD, required=True)
    team_id: Text = fact("团队编号", required=True)
    package_id: Text = fact("服务包编号", required=True)
    sign_date: Day = fact("签约日期", required=True)
    begin_date: Day = fact("生效日期", required=True)
    end_date: Day = fact("到期日期", required=True, note="the first day on which it no longer holds")
    sign_flag: Text = fact("签约标志", required=True, isin=("1", "2", "3", "4"), note="1 签约 2 解约 3 续约 4 待签约")
    stop_date: Day = fact("解约日期")
    stop_reason: Text = fact("解约原因", codes="fd_stop_reason")
    source: Text = fact("签约来源", codes="fd_source", note="PC, resident app, doctor app")
    fee: Amount = fact("签约费", required=True, unit="元")
    prev_contract_id: Text = fact("上期签约编号", Reveals.RECORD)

    class Config:
        """Table facts."""

        metadata = facts("家庭医生签约", "fd", key=("contract_id",), month="sign_date", person="empi")


class FdPlanTask(PersonTable):
    """履约任务: one row per service that a contract promises."""

    task_id: Text = fact("任务编号", Reveals.RECORD, required=True)
    contract_id: Text = fact("签约编号", Reveals.RECORD, required=True)
    item_id: Text = fact("项目编号", required=True)
    due_date: Day = fact("到期日期", required=True)
    status: Text = fact("状态", required=True, isin=("0", "1"), note="0 未完成 1 完成")
    done_date: Day = fact("完成日期")
    ref_record_id: Text = fact("履约记录", Reveals.RECORD)

    class Config:
        """Table facts."""

        metadata = facts("履约任务", "fd", key=("task_id",), month="due_date", person="empi")


class FdService(PersonTable):
    """签约服务记录."""

    service_id: Text = fact("服务编号", Reveals.RECORD, required=True)
    contract_id: Text = fact("签约编号", Reveals.RECORD, required=True)
    item_id: Text = fact("项目编号", required=True)
    service_date: Day = fact("服务日期", required=True)
    mode: Text = fact("服务方式", isin=("0", "1", "2"), note="0 门诊 1 电话 2 家庭")
    staff_id: Text = fact("服务人员")

    class Config:
        """Table facts."""

        metadata = facts("签约服务", "fd", key=("service_id",), month="service_date", person="empi")


class AppAccount(PersonTable):
    """居民健康APP 账户."""

    account_id: Text = fact("账户编号", Reveals.RECORD, required=True)
    mobile: Text = fact("手机", Reveals.PHONE)
    registered_date: Day = fact("注册日期", required=True)
    archive_view_flag: Text = flag("已授权查看档案", required=True)
    family_bound: Whole = fact("绑定家庭成员", unit="人")

    class Config:
        """Table facts."""

        metadata = facts("居民账户", "app", key=("account_id",), business="registered_date", person="empi")


class SignRequest(PersonTable):
    """APP 签约申请."""

    request_id: Text = fact("申请编号", Reveals.RECORD, required=True)
    team_id: Text = fact("团队编号", required=True)
    requested_at: Instant = fact("申请时间", required=True)
    status: Text = fact("状态", required=True, isin=("0", "1", "2"), note="0 待处理 1 同意 2 拒绝")
    contract_id: Text = fact("签约编号", Reveals.RECORD)

    class Config:
        """Table facts."""

        metadata = facts("签约申请", "app", key=("request_id",), month="requested_at", person="empi")


class HealthCard(PersonTable):
    """电子健康卡."""

    card_id: Text = fact("电子健康卡号", Reveals.CARD, required=True)
    issue_date: Day = fact("发卡日期", required=True)
    status: Text = fact("状态", required=True, isin=("0", "1", "2", "3"), note="0 正常 1 挂失 2 注销 3 失效")

    class Config:
        """Table facts."""

        metadata = facts("电子健康卡", "card", key=("card_id",), business="issue_date", person="empi")


class CardUse(PersonTable):
    """用卡记录."""

    use_id: Text = fact("用卡编号", Reveals.RECORD, required=True)
    card_id: Text = fact("电子健康卡号", Reveals.CARD, required=True)
    used_at: Instant = fact("用卡时间", required=True)
    scene: Text = fact("场景", codes="card_scene")

    class Config:
        """Table facts."""

        metadata = facts("用卡记录", "card", key=("use_id",), month="used_at", person="empi")
