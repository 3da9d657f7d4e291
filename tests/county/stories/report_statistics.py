"""What no system computes and people enter: income, expenses, property, so that every balance of 卫健统 holds."""

from datetime import date
from decimal import Decimal
from random import Random

from tests.county.county import YEARS, County

CHARGES = ("register", "consult", "exam", "lab", "treat", "surgery", "material", "pharmacy", "other")
COUNTED = (1, 3, 6, 9, 12)
STAFF: dict[str, dict[str, int | Decimal]] = {
    "centre": {"staff_total": 18, "tech_total": 15, "beds_actual": 20},
    "clinic": {"staff_total": 1, "tech_total": 0, "beds_actual": 0},
    "school": {"staff_total": 1, "tech_total": 1, "beds_actual": 0},
}
HOUSES: dict[str, int | Decimal] = {
    "building_area": 2150,
    "business_area": 1720,
    "beds_planned": 20,
    "equipment_value": 1_860_000,
}


def write_statistics(county: County) -> None:
    """Each month of each centre; property and a clinic's whole year stand in December."""
    random = county.random("statistics")
    for year in YEARS:
        for org in county.places.centres:
            for month in range(1, 13):
                _enter(county, org.code, date(year, month, 1), {**_income(random), **_events(random)})
            for month in (3, 6, 9, 12):
                _enter(county, org.code, date(year, month, 1), _property(random))
            _enter(county, org.code, date(year, 12, 1), HOUSES)
        for org in county.places.clinics:
            income = random.randrange(20_000, 60_000)
            same = dict.fromkeys(("op_other", "op_income", "medical_income", "total_income"), income)
            spent = dict.fromkeys(("other_expense", "total_expense"), income - 1500)
            _enter(county, org.code, date(year, 12, 1), {**same, **spent})
        for org in (*county.places.centres, *county.places.clinics):
            for month in COUNTED:
                _enter(county, org.code, date(year, month, 1), STAFF[org.kind])


def _income(random: Random) -> dict[str, int | Decimal]:
    """Charges add up to outpatient income, that and inpatient income to medical income, and so on upwards."""
    parts = {f"op_{name}": Decimal(random.randrange(1_000, 900_000)) / 100 for name in CHARGES}
    drugs = {
        f"op_drug_{kind}": Decimal(random.randrange(100_000, 2_000_000)) / 100 for kind in ("west", "patent", "herb")
    }
    drug = sum(drugs.values(), Decimal(0))
    outpatient = sum(parts.values(), Decimal(0)) + drug
    inpatient = Decimal(random.randrange(2_000_000, 9_000_000)) / 100
    inpatient_drug = (inpatient * 3 / 10).quantize(Decimal("0.01"))
    medical, fiscal, research, other = outpatient + inpatient, Decimal(180_000), Decimal(0), Decimal("1250.50")
    total = medical + fiscal + research + other
    staff, stock = (total * 4 / 10).quantize(Decimal("0.01")), drug + inpatient_drug
    return {
        **parts,
        **drugs,
        "op_drug": drug,
        "op_highvalue": parts["op_material"] / 2 // 1,
        "op_income": outpatient,
        "ip_income": inpatient,
        "ip_drug": inpatient_drug,
        "essential_income": (stock * 8 / 10).quantize(Decimal("0.01")),
        "medical_income": medical,
        "fiscal_income": fiscal,
        "research_income": research,
        "other_income": other,
        "total_income": total,
        "staff_expense": staff,
        "drug_expense": stock,
        "other_expense": Decimal(8_000),
        "total_expense": staff + stock + 8_000,
    }


def _events(random: Random) -> dict[str, int | Decimal]:
    observed = random.randrange(6)
    return {"home_visits": random.randrange(2, 9), "observed": observed, "observed_deaths": 0, "emergency_deaths": 0}


def _property(random: Random) -> dict[str, int | Decimal]:
    current, fixed = random.randrange(800_000, 2_000_000), random.randrange(3_000_000, 6_000_000)
    owed = random.randrange(100_000, 700_000)
    return {
        "current_assets": current,
        "noncurrent_assets": fixed,
        "total_assets": current + fixed,
        "liabilities": owed,
        "net_assets": current + fixed - owed,
    }


def _enter(county: County, org: str, month: date, values: dict[str, int | Decimal]) -> None:
    for item, value in values.items():
        number = f"{org}-{month:%Y%m}-{item}"
        entered = date(month.year + month.month // 12, month.month % 12 + 1, 12)
        county.add("tj_tb", org, entered, tbbh=number, ssny=month, tjxm=item, sz=Decimal(value), tbr="示例统计员")
