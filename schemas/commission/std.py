"""The std model of the commission's systems as one list: every table, its system, its columns, what they reveal."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.column import StdTable
from schemas.commission import chronic, contract, examination, maternal, medical, place, resident, special
from schemas.commission.columns import Overlay, Reveals
from schemas.std import StdColumn, StdSpec

SYSTEMS = {
    "base": "机构与区划",
    "ph": "公共卫生",
    "fd": "家庭医生签约",
    "app": "居民健康APP",
    "card": "电子健康卡",
    "his": "基本医疗",
    "village": "乡村一体化",
    "rational": "合理用药",
    "exam": "全民体检",
    "lis": "检验",
    "pacs": "影像",
    "ecg": "心电",
    "twocard": "移动公卫（两卡制）",
    "report": "公共卫生国报表",
}
MODELS: dict[str, type[StdTable]] = {
    "admin_division": place.AdminDivision,
    "organisation": place.Organisation,
    "health_worker": place.HealthWorker,
    "clinic_department": place.ClinicDepartment,
    "drug": place.Drug,
    "submission": place.Submission,
    "base_population": place.BasePopulation,
    "stat_entry": place.StatEntry,
    "national_report": place.NationalReport,
    "resident": resident.Resident,
    "health_archive": resident.HealthArchive,
    "archive_move": resident.ArchiveMove,
    "archive_merge": resident.ArchiveMerge,
    "person_group": resident.PersonGroup,
    "death_record": resident.DeathRecord,
    "archive_audit": resident.ArchiveAudit,
    "visit_plan": chronic.VisitPlan,
    "htn_file": chronic.HtnFile,
    "htn_visit": chronic.HtnVisit,
    "dm_file": chronic.DmFile,
    "dm_visit": chronic.DmVisit,
    "copd_file": chronic.CopdFile,
    "copd_visit": chronic.CopdVisit,
    "exam_form": chronic.ExamForm,
    "tcm_elder": chronic.TcmElder,
    "smd_file": special.SmdFile,
    "smd_visit": special.SmdVisit,
    "tb_case": special.TbCase,
    "tb_visit": special.TbVisit,
    "vacc_card": special.VaccCard,
    "vacc_record": special.VaccRecord,
    "idr_report": special.IdrReport,
    "phe_event": special.PheEvent,
    "edu_event": special.EduEvent,
    "hsr_event": special.HsrEvent,
    "child_card": maternal.ChildCard,
    "newborn_visit": maternal.NewbornVisit,
    "child_checkup": maternal.ChildCheckup,
    "child_tcm": maternal.ChildTcm,
    "preg_file": maternal.PregFile,
    "prenatal_visit": maternal.PrenatalVisit,
    "delivery": maternal.Delivery,
    "postnatal_visit": maternal.PostnatalVisit,
    "fd_team": contract.FdTeam,
    "fd_team_member": contract.FdTeamMember,
    "fd_package": contract.FdPackage,
    "fd_package_item": contract.FdPackageItem,
    "fd_contract": contract.FdContract,
    "fd_plan_task": contract.FdPlanTask,
    "fd_service": contract.FdService,
    "app_account": contract.AppAccount,
    "sign_request": contract.SignRequest,
    "health_card": contract.HealthCard,
    "card_use": contract.CardUse,
    "op_visit": medical.OpVisit,
    "op_diagnosis": medical.OpDiagnosis,
    "rx": medical.Prescription,
    "rx_line": medical.RxLine,
    "bill": medical.Bill,
    "bill_item": medical.BillItem,
    "ip_admission": medical.IpAdmission,
    "bed_day": medical.BedDay,
    "rx_review": medical.RxReview,
    "rational_hit": medical.RationalHit,
    "exam_roster": examination.ExamRoster,
    "exam_reg": examination.ExamReg,
    "exam_item": examination.ExamItem,
    "exam_dept_summary": examination.ExamDeptSummary,
    "lis_result": examination.LisResult,
    "ris_report": examination.RisReport,
    "ecg_report": examination.EcgReport,
    "svc_event": examination.ServiceEvent,
    "points_settle": examination.PointsSettle,
}


@dataclass(frozen=True)
class LakeSpec:
    """One table of the commission's systems.

    `spec` is what conform needs; `month` the column that partitions it (None: brought whole), `business` the column
    of the business date axis, `person` the column of the person, `reveals` what each column tells of a person.
    """

    spec: StdSpec
    system: str
    month: str | None
    business: str | None
    person: str | None
    overlay: Overlay
    reveals: dict[str, Reveals]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.spec.name

    @property
    def title(self) -> str:
        """The table's Chinese name."""
        return self.spec.title


@cache
def lake_table(name: str) -> LakeSpec:
    """Describe one table from its Pandera model; columns in the model's own order.

    Raises:
        KeyError: there is none of that name.
    """
    schema: Any = MODELS[name].to_schema()
    facts: dict[str, Any] = vars(MODELS[name].Config)["metadata"]
    columns = tuple(
        StdColumn(
            name=column.name,
            title=column.title,
            type=column.dtype.type.pyarrow_dtype,
            required=not column.nullable,
            unit=column.metadata["unit"],
            codes=column.metadata["codes"],
            isin=tuple(value for check in column.checks for value in check.statistics["allowed_values"]),
        )
        for column in schema.columns.values()
    )
    return LakeSpec(
        spec=StdSpec(name, facts["title"], facts["key"], facts["time"], None, columns),
        system=facts["system"],
        month=facts["month"],
        business=facts["business"],
        person=facts["person"],
        overlay=facts["overlay"],
        reveals={c.name: c.metadata.get("reveals", Reveals.NOTHING) for c in schema.columns.values()},
    )
