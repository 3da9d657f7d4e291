"""Family-doctor contracts: teams, who signs when, for how long, and what that makes true."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.county.ages import birthday, calendar_end
from tests.county.county import County
from tests.county.groups import groups_of, seen_until
from tests.county.residents import Resident
from tests.county.stories.signing_cards import tell_cards
from tests.county.stories.signing_tasks import Span, meet, tell_tasks

FIRST, END = date(2022, 10, 1), date(2025, 1, 1)
KEY = ("02", "03", "04", "05", "06", "07", "08", "09", "12")
ASKED = ("05", "07", "08", "09", "12")
MANAGED = {"htn_files": "signed_htn", "dm_files": "signed_dm", "smd_registered": "signed_smd"}
REASONS = {"1": "03", "2": "02", "3": "01", "4": "04"}
PACKAGES = (("B1", "基础服务包", "JC", 0), ("B2", "高血压初级包", "CJ", 60), ("B3", "糖尿病中级包", "ZJ", 120))


@dataclass(frozen=True)
class Contract:
    """One contract as planned; `stop` is the day on which it was dissolved."""

    number: str
    sign: date
    begin: date
    end: date
    package: int
    source: str
    stop: date | None = None
    reason: str | None = None
    prior: "Contract | None" = None

    @property
    def span(self) -> Span:
        """In force from, and the first day on which no longer."""
        return self.begin, min(self.end, self.stop or self.end)


@dataclass(frozen=True)
class Term:
    """When one contract of a habit is signed, begins and ends."""

    sign: date
    begin: date
    end: date


def _year(year: int, sign: date | None = None) -> Term:
    return Term(sign or date(year - 1, 12, 20), date(year, 1, 1), date(year + 1, 1, 1))


MAY = (Term(date(2023, 5, 8), date(2023, 5, 10), date(2024, 5, 10)), Term(date(2024, 4, 28), date(2024, 5, 10), END))
OCTOBER = tuple(Term(date(y, 10, 9), date(y, 10, 15), date(y + 1, 10, 15)) for y in (2022, 2023, 2024))
HABITS: tuple[tuple[Term, ...], ...] = (
    (_year(2023), _year(2024)),
    MAY,
    (_year(2023),),
    (),
    (Term(date(2024, 3, 5), date(2024, 3, 5), date(2025, 3, 5)),),
    (Term(date(2024, 2, 1), date(2024, 2, 1), date(2025, 2, 1)),),
    (_year(2023), _year(2024)),
    (_year(2023), Term(date(2024, 2, 10), date(2024, 2, 10), date(2025, 2, 10))),
    (),
    (_year(2023), _year(2024, date(2023, 12, 31))),
    OCTOBER,
)
WAITING, STOPPED, REFUSED = 5, 6, 8
STOP_DAY = date(2024, 8, 15)


def tell(county: County) -> None:
    """Teams and packages, then each resident's contracts, tasks, account and card."""
    _teams(county)
    head = county.places.centres[0].code
    for code, name, kind, price in PACKAGES:
        county.add("qy_fwb", head, date(2022, 1, 5), bbh=code, bmc=name, blx=kind, jg=Decimal(price))
        for turn in range(1, 5):
            item = {"xmbh": f"{code}X{turn}", "xmmc": f"第{turn}季度服务", "cs": 1, "ywb": "fd_service"}
            county.add("qy_bxm", head, date(2022, 1, 5), bbh=code, **item)
    managed = _managed(county)
    for number, person in enumerate(county.residents):
        contracts = _contracts(person, number)
        for contract in contracts:
            _write(county, person, contract, number)
        if number % len(HABITS) != WAITING:
            _claim(county, person, contracts, managed.get(person.pid, {}))
            tell_tasks(county, person, contracts, number)
        else:
            _claim(county, person, [], {})
        if number % len(HABITS) == REFUSED and person.archived_on < date(2023, 1, 1) and seen_until(person) >= END:
            _refused(county, person)
    for centre in county.places.centres:
        county.truth.holds("assumed_population[people=20000]", FIRST, None, centre.code, centre.code, value=20000)
    tell_cards(county)


def _teams(county: County) -> None:
    """Two teams a centre, the head doctor in both; the second of the third centre was dissolved."""
    truth = county.truth
    for number, centre in enumerate(county.places.centres):
        clinics = [org for org in county.places.clinics if org.parents[0][1] == centre.code and org.kind == "clinic"]
        for turn in (1, 2):
            team, since = f"td{centre.code}{turn}", date(2022, 6, 1) if turn == 1 else date(2023, 7, 1)
            until = date(2024, 6, 1) if (number, turn) == (2, 2) else None
            row = {"tdbh": team, "tdmc": f"{centre.name}第{turn}团队", "clrq": since, "cxrq": until}
            county.add("qy_td", centre.code, since, **row)
            truth.holds("fd_teams", since, until, centre.code, team)
            members = [("QK", f"{centre.code}R01"), ("ZK", f"{centre.code}R0{turn + 2}"), ("HS", f"{centre.code}R07")]
            members += [("CY", f"{clinic.code}R01") for clinic in clinics[turn - 1 :: 2]]
            for role, staff in members:
                county.add("qy_tdcy", centre.code, since, tdbh=team, rybm=staff, js=role, dz=int(role == "QK"))
                for asked in {"QK": (0, 1), "ZK": (0, 2), "CY": (0, 5)}.get(role, ()):
                    truth.holds(f"fd_doctors[role={asked}]", since, until, centre.code, staff)


def _contracts(person: Resident, number: int) -> list[Contract]:
    """What the habit says, as long as the person has an archive and is there."""
    made: list[Contract] = []
    gone, habit = seen_until(person), number % len(HABITS)
    for turn, term in enumerate(HABITS[habit]):
        if term.sign <= person.archived_on or term.begin >= gone:
            continue
        stop, reason = (STOP_DAY, "04") if habit == STOPPED and term.end > STOP_DAY > term.begin else (None, None)
        if gone < min(term.end, stop or term.end):
            cancelled = person.cancelled[1] if person.cancelled else "1"
            stop, reason = gone, "03" if person.death == gone else REASONS.get(cancelled, "99")
        made.append(
            Contract(
                number=f"xy{person.pid[1:]}{turn}",
                sign=term.sign,
                begin=term.begin,
                end=term.end,
                package=(1 + number % 2) if habit in (1, 4) else 0,
                source="JMAPP" if habit in (4, 9) else "YSAPP" if habit == 7 else "PC",
                stop=stop,
                reason=reason,
                prior=made[-1] if made and not made[-1].stop else None,
            )
        )
    return made


def _write(county: County, person: Resident, contract: Contract, number: int) -> None:
    """The row; every fourteenth was entered three weeks late, and some were deleted and entered anew."""
    code, _, _, price = PACKAGES[contract.package]
    home = person.home(contract.sign)
    flag = "JY" if contract.stop else "XY" if contract.prior else "QY"
    row = {
        "xybh": contract.number,
        "grid": person.empis[number % len(person.empis)],
        "tdbh": f"td{county.inst(home)}1",
        "bbh": code,
        "qyrq": contract.sign,
        "sxrq": contract.begin,
        "dqrq": contract.end,
        "qybz": "DQ" if number % len(HABITS) == WAITING else flag,
        "jyrq": contract.stop,
        "jyyy": contract.reason,
        "ly": contract.source,
        "qyf": Decimal(price),
        "sqxy": contract.prior.number if contract.prior else None,
    }
    entered = contract.sign + timedelta(days=21) if number % 14 == 2 else contract.sign
    made = county.add("qy_xy", home, entered, **row)
    if number % 29 == 1:
        county.rows["qy_xy"].append({**made, "xybh": f"{contract.number}x", "scbz": 1})
    if contract.source == "JMAPP":
        asked = datetime.combine(contract.sign - timedelta(days=1), time(23, 59, 59))
        request = {"sqbh": f"sq{contract.number[2:]}", "grid": person.empi, "tdbh": row["tdbh"], "sqsj": asked}
        county.add("app_qysq", home, asked, **request, zt=1, xybh=contract.number)
        for measure in ("sign_requests", "sign_requests_agreed"):
            county.truth.happened(measure, asked.date(), home, str(request["sqbh"]), person)


def _refused(county: County, person: Resident) -> None:
    """An application that the team refused."""
    home, asked = person.home(date(2024, 6, 2)), datetime(2024, 6, 1, 12, 0)
    row = {"sqbh": f"sq{person.pid[1:]}r", "grid": person.empi, "tdbh": f"td{county.inst(home)}1", "sqsj": asked}
    county.add("app_qysq", home, asked, **row, zt=2)
    county.truth.happened("sign_requests", asked.date(), home, str(row["sqbh"]), person)


def _managed(county: County) -> dict[str, dict[str, list[Span]]]:
    """Person -> what he is signed as a patient of -> when he stands in that register, as the other stories planned."""
    found: dict[str, dict[str, list[Span]]] = {}
    for register, measure in MANAGED.items():
        for claim in county.truth.claims[register]:
            assert claim.person
            spans = found.setdefault(claim.person.pid, {}).setdefault(measure, [])
            spans.append((claim.since, claim.until or date.max))
    return found


def _claim(county: County, person: Resident, contracts: list[Contract], managed: dict[str, list[Span]]) -> None:
    """Signed, in each way that is asked for, at every cut-off at which a contract is in force."""
    always, place = (date.min, date.max), person.home(END)
    groups = {code: (begun, ended or date.max) for code, (begun, ended) in groups_of(person).items()}
    elder = {age: (birthday(person, age), date.max) for age in (60, 65)}
    within: dict[str, list[Span]] = {"signed": [always], "signed_child": [(date.min, birthday(person, 7))], **managed}
    within["signed_elder[elder=65]"] = [elder[65]]
    key = [span for code, span in groups.items() if code in KEY]
    for age, span in elder.items():
        within[f"signed_key[elder={age}]"] = [*key, span]
    for code in ASKED:
        within[f"signed_group[group={int(code)}]"] = [groups[code]] if code in groups else []
    for number, contract in enumerate(contracts):
        asked = {**within, "signed_paid": [always]} if contract.package else within
        for measure, spans in asked.items():
            for since, until in (meet(contract.span, span) for span in spans):
                if since < until:
                    county.truth.holds(measure, since, until, place, person.pid, person)
        _signed_and_renewed(county, person, contract, contracts[number + 1 :])
    people = {f"key_people[elder={age}]": [*key, span] for age, span in elder.items()}
    people |= {f"group_people[group={int(code)}]": [groups[code]] for code in ASKED if code in groups}
    for measure, spans in people.items():
        for since, until in spans:
            county.truth.holds(measure, since, None if until == date.max else until, place, person.pid, person)
    handbooks = [c for name in ("child_cards", "preg_booked") for c in county.truth.claims[name] if c.person is person]
    for since, ended in (*((c.since, c.until) for c in handbooks), *(one.span for one in contracts)):
        county.truth.holds("signed_or_handbook", since, ended, place, person.pid, person)


def _signed_and_renewed(county: County, person: Resident, contract: Contract, later: list[Contract]) -> None:
    truth, place, record = county.truth, person.home(contract.sign), contract.number
    truth.happened("contracts_signed", contract.sign, place, record, person)
    if contract.source == "JMAPP":
        truth.happened("contracts_by_app", contract.sign, place, record, person)
    next_year = calendar_end(contract.sign)
    truth.holds("signed_last_year", next_year, calendar_end(next_year), place, record, person)
    if contract.stop is None and contract.end < END:
        truth.happened("contracts_expired", contract.end, place, record, person)
        renewed = next((one for one in later if one.prior and one.prior.number == contract.number), None)
        if renewed:
            since, until = max(contract.end, renewed.sign), calendar_end(contract.end)
            truth.holds("contracts_renewed", since, until, place, record, person)
