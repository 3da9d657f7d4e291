"""Drugs, prescriptions, their review and the prompts of rational use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.county.county import County
from tests.county.residents import Resident


@dataclass(frozen=True)
class Drug:
    """One drug; `kind` 1 西药 2 中成药 3 饮片."""

    code: str
    name: str
    kind: str
    essential: bool = False
    negotiated: bool = False
    antibiotic: str = ""
    injection: bool = False

    @property
    def row(self) -> dict[str, Any]:
        """Its row of the dictionary."""
        return {
            "ypdm": self.code,
            "ypmc": self.name,
            "yplx": self.kind,
            "jybz": int(self.essential),
            "gtbz": int(self.negotiated),
            "kjbz": int(bool(self.antibiotic)),
            "kjjb": self.antibiotic or None,
            "zsbz": int(self.injection),
        }

    @property
    def fee(self) -> str:
        """The class of fees it is billed under."""
        return {"1": "08", "2": "09", "3": "10"}[self.kind]


DRUGS = (
    Drug("Y01", "阿莫西林胶囊", "1", essential=True, antibiotic="1"),
    Drug("Y02", "头孢曲松钠注射剂", "1", essential=True, antibiotic="2", injection=True),
    Drug("Y03", "苯磺酸氨氯地平片", "1", essential=True),
    Drug("Y04", "达格列净片", "1", negotiated=True),
    Drug("Y05", "连花清瘟胶囊", "2"),
    Drug("Y06", "甘草片（饮片）", "3"),
    Drug("Y07", "复方丹参滴丸", "2", essential=True),
    Drug("Y08", "红霉素软膏", "1", antibiotic="1"),
)
PLANS = (("Y01",), ("Y03",), ("Y01", "Y02"), ("Y05",), ("Y06",), ("Y04", "Y03"), ("Y08",), ("Y07",), ("Y02",))
PRICES = {"Y01": 12, "Y02": 30, "Y03": 24, "Y04": 60, "Y05": 15, "Y06": 18, "Y07": 27, "Y08": 6}


def prescribe(
    county: County, person: Resident, org: str, visit: str, moment: datetime, number: int, turn: int
) -> list[tuple[str, str, Decimal]]:
    """One prescription (a void one is no prescription, and is not billed): fee class, drug and amount of each line."""
    codes = PLANS[(number + turn) % len(PLANS)]
    drugs = [drug for code in codes for drug in DRUGS if drug.code == code]
    void = number % 26 == 5
    rx, kind = f"cf{visit[2:]}", drugs[0].kind
    amounts = [Decimal(PRICES[drug.code]) * (40 if number % 53 == 2 else 1) for drug in drugs]
    total = sum(amounts, Decimal(0))
    values = {"cfbh": rx, "jzbh": visit, "grid": person.empi, "kfsj": moment, "cflb": kind, "ysdm": f"{org}D1"}
    county.add("cf", org, moment, **values, zfbz=int(void), je=total)
    skin, drip = number % 14 == 2, "Y02" in codes and number % 2 == 0
    for line, (drug, amount) in enumerate(zip(drugs, amounts, strict=True), start=1):
        county.add(
            "cf_mx",
            org,
            moment,
            cfbh=rx,
            hh=line,
            grid=person.empi,
            kfsj=moment,
            ypdm=drug.code,
            sl=Decimal(1),
            je=amount,
            sybz=int(drip and drug.code == "Y02"),
            psbz=int(skin and bool(drug.antibiotic)),
            wybz=int(drug.code == "Y08"),
        )
    if void:
        return []
    _claim(county, person, org, visit, rx, moment, drugs, amounts, skin, drip, kind)
    _review(county, org, rx, moment, number)
    return [(drug.fee, drug.code, amount) for drug, amount in zip(drugs, amounts, strict=True)]


def _claim(
    county: County,
    person: Resident,
    org: str,
    visit: str,
    rx: str,
    moment: datetime,
    drugs: list[Drug],
    amounts: list[Decimal],
    skin: bool,
    drip: bool,
    kind: str,
) -> None:
    truth, day = county.truth, moment.date()
    truth.happened("rx_all", day, org, rx, person)
    loose = [drug for drug in drugs if drug.antibiotic]
    strict = [] if skin else [drug for drug in loose if drug.code != "Y08"]
    for number, found in ((1, loose), (0, strict)):
        if found:
            truth.happened(f"rx_antibiotic[all={number},least=1]", day, org, rx, person)
        if len(found) > 1:
            truth.happened(f"rx_antibiotic[all={number},least=2]", day, org, rx, person)
    if drip:
        truth.happened("rx_infusion", day, org, rx, person)
        truth.happened("infused_visits", day, org, visit, person)
    if kind in "23":
        truth.happened("rx_tcm", day, org, rx, person)
    if sum(amounts) > 500:
        truth.happened("rx_large[limit=500]", day, org, rx, person)
    for line, (drug, amount) in enumerate(zip(drugs, amounts, strict=True), start=1):
        truth.happened("drug_amount", day, org, f"{rx}|{line}", person, value=amount)
        truth.happened("drug_kinds", day, org, drug.code, person)
        if drug.essential:
            truth.happened("essential_amount", day, org, f"{rx}|{line}", person, value=amount)
            truth.happened("essential_kinds", day, org, drug.code, person)


def _review(county: County, org: str, rx: str, moment: datetime, number: int) -> None:
    """Every fourth prescription is reviewed a week later, every fifth meets a rule of rational use."""
    if number % 4 == 0:
        day = moment.date() + timedelta(days=7)
        good = number % 3 > 0
        county.add("cf_dp", org, day, dpbh=f"dp{rx}", cfbh=rx, dprq=day, jg="1" if good else "3")
        county.truth.happened("rx_reviewed", day, org, f"dp{rx}")
        if good:
            county.truth.happened("rx_qualified", day, org, f"dp{rx}")
    if number % 5 == 0:
        stopped = number % 2 == 0
        county.add(
            "hlyy_ts", org, moment, tsbh=f"ts{rx}", cfbh=rx, gz="R01", jb="2", cl="2" if stopped else "1", tssj=moment
        )
        county.truth.happened("rational_hits", moment.date(), org, f"ts{rx}")
        if stopped:
            county.truth.happened("rational_stopped", moment.date(), org, f"ts{rx}")
