"""What an answer shows: the columns that inspectors ask a hospital for, and what each reveals of a person.

Source: the ad-hoc columns of the inspection handbook (inspection-format.md, section 3); in front of them stand the
clue, the verdict, whose side a line is on, and the moment that was compared.
"""

from exports.disclosure.masking import Shown
from schemas.commission.columns import Reveals

RECORD, PERSON = Reveals.RECORD, Reveals.PERSON


def _moment(name: str, title: str) -> Shown:
    return Shown(name, title, Reveals.DAY, dated=True)


CLUE = (Shown("CLUE", "线索号"), Shown("VERDICT", "结论"))
LINE_COLUMNS = (
    *CLUE,
    Shown("ROLE", "A或B"),
    Shown("MATCHED", "匹配依据"),
    _moment("MOMENT", "比较时间"),
    Shown("BASIS", "比较时间取自"),
    Shown("PATIENT_ID", "个人ID", PERSON),
    Shown("PATIENT_GENDER", "患者性别"),
    Shown("PATIENT_AGE", "患者年龄"),
    Shown("DISEASE_ID", "疾病诊断编码"),
    Shown("DISEASE_NAME", "疾病诊断"),
    Shown("FEEDETL_SN", "费用明细流水号", RECORD),
    Shown("REG_NO", "登记号", RECORD),
    Shown("P_CATEGORY", "费用类别"),
    Shown("ITEM_ID_HOSP", "编码"),
    Shown("ITEM_NAME_HOSP", "项目名称"),
    Shown("ITEM_ID", "医保项目编码"),
    Shown("ITEM_NAME", "医保项目名称"),
    Shown("PACKAGE_UNIT", "计价单位"),
    Shown("UNIT_PRICE", "单价"),
    Shown("NUM", "数量"),
    Shown("COST", "金额"),
    Shown("REFUNDED", "已退数量"),
    Shown("ZYTS", "住院天数"),
    _moment("FEE_TIME", "计费时间"),
    _moment("BEGIN_TIME", "项目开始时间"),
    _moment("END_TIME", "项目结束时间"),
    Shown("EXCUTE_DEPT_NAME", "执行科室"),
    Shown("SOURCE_TYPE", "数据来源"),
    Shown("ADMISSION_DEPT_NAME", "就诊科室"),
    Shown("VISIT_NO", "就诊号", RECORD),
    Shown("PATIENT_MARK", "患者标识", PERSON),
    Shown("POOLAREA_NO", "统筹区"),
    Shown("INSU_ADMDVS", "参保地区划代码"),
    Shown("INSU_ADMDVS_NAME", "参保地区划名称"),
    Shown("BENEFIT_TYPE", "参保类型"),
    Shown("INSURED", "医保类型"),
    Shown("MEDCASNO", "病案号", RECORD),
    Shown("HISID", "结算单据号", RECORD),
    _moment("BILL_DATE", "结算日期"),
    Shown("HOSPITAL_ID", "医疗机构编码"),
)
SUMMARY_COLUMNS = (
    *CLUE,
    Shown("PATIENT_ID", "个人ID", PERSON),
    Shown("SOURCE_TYPE", "数据来源"),
    Shown("VISIT_NO", "就诊号", RECORD),
    _moment("MOMENT", "最早时间"),
    Shown("A_ITEMS", "A项目"),
    Shown("A_LINES", "A行数"),
    Shown("A_NUM", "A数量"),
    Shown("A_COST", "A金额"),
    Shown("B_ITEMS", "B项目"),
    Shown("B_LINES", "B行数"),
    Shown("B_NUM", "B数量"),
    Shown("B_COST", "B金额"),
)
