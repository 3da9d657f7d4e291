"""Residents and their archives as rows, and what counts of archives must find."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.county.claims import Truth
from tests.county.county import YEARS, County, day_in
from tests.county.residents import Resident

REASONS = {"1": "SW", "2": "QC", "3": "SF", "4": "JJ", "9": "QT"}
NATIONS = {"01": "H", "05": "W"}
MERGED = "9"
PENDING = 53


def write_archives(county: County, random: Random) -> None:
    """Every resident: his entries, archives, moves, merges, death, inspection; then rows that count for nobody."""
    for number, person in enumerate(county.residents):
        _resident(county, person, number)
        person.extra["electronic_since"] = None
        archives = [_own_archive(county, person, number)]
        for turn, entry in enumerate(person.empis[1:], start=1):
            archives.append(_second_archive(county, person, entry, turn, number, random))
        _moves(county, person, archives[0], number)
        if person.death:
            _death(county, person, number)
        _audit(county, person, archives[0], number, random)
        if number % 47 == 20:
            _deleted(county, person, archives[0], number)
    _strangers(county)


def archive_number(person: Resident, sequence: int) -> str:
    """17 digits; some still begin with the code that the county had before 2015."""
    old = person.id_no.startswith("652101") and person.village.startswith("650402") and sequence % 3 == 0
    return f"{'652101' if old else person.village[:6]}{person.village[6:]}{sequence:05d}"


def _resident(county: County, person: Resident, number: int) -> None:
    for turn, entry in enumerate(person.empis):
        county.add(
            "jm_zsy",
            person.homes[-1][1],
            person.archived_on,
            grid=entry,
            xm=person.name if turn == 0 else person.name.replace("·", "•"),
            zjlx="1" if turn == 0 else None,
            sfzh=person.id_no if turn == 0 else None,
            xb={"1": "N", "2": "V"}[person.sex],
            csrq=person.birth,
            mz=NATIONS[person.nation],
            hjbz=int(person.residence_type == "1"),
            sjh=f"1990{number:07d}" if number % 10 else None,
            lxr="示例联系人",
            lxrdh=f"1991{number:07d}",
            xzz=f"{county.places.divisions[person.village].name}{number % 40 + 1}号",
            jzqh=person.village,
        )


def _own_archive(county: County, person: Resident, number: int) -> dict[str, Any]:
    """The archive under which he is managed; every thirteenth was entered weeks after it was made."""
    day, reason = person.cancelled or (None, None)
    flags = {
        "jbxx": int(number % 12 != 1),
        "gfh": int(number % 7 not in (1, 4)),
        "dzh": int(number % 15 != 2),
        "kfbz": int(number % 3 == 0),
    }
    row = _archive(county, person, person.empi, number + 1, person.homes[-1][1], person.archived_on, flags)
    row["lrsj"] = datetime.combine(person.archived_on + timedelta(days=45 if number % 13 == 0 else 0), time(18))
    if day and reason:
        late = datetime.combine(day + timedelta(days=33 if number % 2 else 0), time(16))
        row.update(dazt="X", zxrq=day, zxyy=REASONS[reason], xgsj=late)
        _claim_cancelled(county.truth, person, row["dabh"], day, reason)
    person.extra["archive_no"] = row["dabh"]
    return row


def _second_archive(
    county: County, person: Resident, entry: str, turn: int, number: int, random: Random
) -> dict[str, Any]:
    """An archive made again elsewhere; merged, it is cancelled, and the person counts once all along.

    Of three entries the last was merged into the second, and that into the first.
    """
    merged = person.extra["merged_at"]
    assert isinstance(merged, datetime)
    when = merged - timedelta(days=20 * (turn - 1))
    clinic = random.choice(county.places.clinics).code
    made = day_in(random, person.archived_on + timedelta(days=1), when.date() - timedelta(days=1))
    flags = {"jbxx": 1, "gfh": 0, "dzh": 1, "kfbz": 0}
    row = _archive(county, person, entry, 60_000 + number, clinic, made, flags, turn)
    row.update(dazt="X", zxrq=when.date(), zxyy=REASONS[MERGED], xgsj=when)
    _claim_cancelled(county.truth, person, row["dabh"], when.date(), MERGED)
    kept = person.empis[turn - 1]
    county.add("da_hb", person.homes[0][1], when, bhbid=entry, grid=kept, hbsj=when, hbr="示例管理员")
    county.truth.happened("archive_merged", when.date(), person.homes[0][1], entry, person)
    return row


def _archive(
    county: County,
    person: Resident,
    entry: str,
    sequence: int,
    org: str,
    made: date,
    flags: dict[str, int],
    turn: int = 0,
) -> dict[str, Any]:
    number = archive_number(person, sequence + turn * 10_000)
    row = county.add(
        "jk_da",
        org,
        made,
        dabh=number,
        grid=entry,
        gxjg=org,
        zrys="示例医生",
        jdjg=person.archive_org if turn == 0 else org,
        jdrq=made,
        dazt="Z",
        laiyuan="入户" if sequence % 2 else "门诊",
        **flags,
    )
    if flags["dzh"]:
        known = person.extra["electronic_since"]
        person.extra["electronic_since"] = min(known, made) if isinstance(known, date) else made
    held = {"archives": True, "archive_basic": flags["jbxx"], "archive_standard": flags["gfh"]}
    held |= {"archive_electronic": flags["dzh"], "archive_open": flags["kfbz"]}
    for measure, holds in held.items():
        if holds:
            county.truth.holds(measure, made, None, org, number, person)
    return row


def _claim_cancelled(truth: Truth, person: Resident, record: str, day: date, reason: str) -> None:
    for asked in ("0", reason):
        truth.happened(f"archive_cancelled[reason={asked}]", day, person.homes[-1][1], record, person)


def _moves(county: County, person: Resident, archive: dict[str, Any], number: int) -> None:
    """Every move that was confirmed, and at times one that was only asked for."""
    steps = [(day, person.homes[turn][1], org) for turn, (day, org) in enumerate(person.homes[1:])]
    for turn, (day, src, dst) in enumerate(steps):
        _move(county, person, archive, number * 10 + turn, (src, dst), day - timedelta(days=5), day)
        record = f"QY{number * 10 + turn:07d}"
        county.truth.happened("archive_moved_in", day, dst, record, person)
        county.truth.happened("archive_moved_out", day, src, record, person)
    if number % PENDING == 13:
        other = next(org.code for org in county.places.clinics if org.code != person.homes[-1][1])
        _move(county, person, archive, number * 10 + 9, (person.homes[-1][1], other), date(2024, 5, 6), None)


def _move(
    county: County,
    person: Resident,
    archive: dict[str, Any],
    number: int,
    orgs: tuple[str, str],
    asked: date,
    confirmed: date | None,
) -> None:
    values = {"qybh": f"QY{number:07d}", "grid": person.empi, "dabh": archive["dabh"], "sqrq": asked}
    values |= {"qcjg": orgs[0], "qrjg": orgs[1], "qrrq": confirmed, "zxsq": number % 3 and 1}
    row = county.add("da_qy", orgs[1], asked, **values)
    if confirmed:
        row["xgsj"] = datetime.combine(confirmed, time(18))


def _death(county: County, person: Resident, number: int) -> None:
    """The list of the dead comes later than the death, from one of three offices, at times from two."""
    assert person.death is not None
    for turn in range(2 if number % 3 == 0 else 1):
        values = {"swbh": f"SW{number:06d}{turn}", "grid": person.empi, "swrq": person.death}
        entered = person.death + timedelta(days=20 + turn * 30)
        county.add("sw_md", person.home(person.death), entered, **values, mdly=("GA", "MZ", "WJ")[(number + turn) % 3])


def _audit(county: County, person: Resident, archive: dict[str, Any], number: int, random: Random) -> None:
    """One archive in eight is drawn each year."""
    for year in YEARS:
        day = day_in(random, date(year, 3, 1), date(year, 12, 1))
        if (number + year) % 8 or person.archived_on >= day or not person.live(day + timedelta(days=1)):
            continue
        centre = county.inst(person.home(day + timedelta(days=1)))
        dynamic = (number // 8 + year) % 3 > 0
        record = f"CC{year}{number:05d}"
        values = {"ccbh": record, "grid": person.empi, "dabh": archive["dabh"], "ccrq": day}
        county.add("da_cc", centre, day, **values, dtbz=int(dynamic), hgbz=int(number % 5 > 0))
        county.truth.happened("archive_audited", day, centre, record, person)
        if dynamic:
            county.truth.happened("archive_audited_dynamic", day, centre, record, person)


def _deleted(county: County, person: Resident, archive: dict[str, Any], number: int) -> None:
    """An archive made by mistake and deleted, a move that was withdrawn: neither counts for anything."""
    values = {key: value for key, value in archive.items() if key not in ("jgdm", "sbjg", "lrsj", "xgsj", "scbz")}
    twin = county.add("jk_da", archive["jgdm"], archive["lrsj"], **values)
    twin.update(dabh=archive_number(person, 90_000 + number), scbz=1)
    values = {"qybh": f"QY9{number:06d}", "grid": person.empi, "dabh": archive["dabh"], "zxsq": 1}
    values |= {"qcjg": person.homes[-1][1], "qrjg": "650402V999", "sqrq": date(2023, 4, 3), "qrrq": date(2023, 4, 9)}
    county.add("da_qy", person.homes[-1][1], date(2023, 4, 3), **values)["scbz"] = 1


def _strangers(county: County) -> None:
    """One person per centre in the master index only: seen in the surgery, without an archive."""
    for number, centre in enumerate(county.places.centres):
        values = {"grid": f"E8{number:06d}", "xm": f"示例过客{number + 1}", "xb": "N", "csrq": date(1980, 2, 29)}
        values |= {"mz": "H", "hjbz": 0, "jzqh": centre.admin_code}
        county.add("jm_zsy", centre.code, date(2023, 3, 3), **values, zjlx="9", sfzh=f"SF{number:07d}")
