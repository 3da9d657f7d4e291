"""The residents' app and the electronic health card."""

from datetime import date, datetime, time, timedelta

from tests.county.county import County
from tests.county.groups import seen_until, server

FIRST, END = date(2023, 1, 1), date(2025, 1, 1)
SCENES = ("GH", "JZ", "TJ", "GW")


def tell_cards(county: County) -> None:
    """A third of the adults have an account, two thirds of all a card; cancelled cards count nowhere."""
    truth = county.truth
    for number, person in enumerate(county.residents):
        last, place = min(seen_until(person), END), person.home(FIRST)
        since = max(person.archived_on, date(2022, 11, 1)) + timedelta(days=number * 17 % 600)
        if number % 3 == 0 and person.age(FIRST) >= 18 and since < last:
            shared = int(number % 2 == 0)
            row = {"zhbh": f"zh{person.pid[1:]}", "grid": person.empi, "sj": f"199{number:08d}", "zcrq": since}
            county.add("app_zh", place, since, **row, kfda=shared, bdjt=number % 4)
            for measure in ("app_accounts", *(["app_shared"] if shared else [])):
                truth.holds(measure, since, None, place, person.pid, person)
        if number % 3 == 2 or since >= last:
            continue
        card, status = f"JKK{number:032d}", "ZX" if number % 9 == 4 else "GS" if number % 13 == 3 else "ZC"
        county.add("jkk", place, since, kh=card, grid=person.empis[-1], fkrq=since, zt=status)
        if status != "ZX":
            truth.holds("cards", since, None, place, person.pid, person)
        for turn in range(number % 4):
            used = datetime.combine(since + timedelta(days=61 * turn), time(23, 59, 59) if turn else time(9, 5))
            if used.date() < last:
                org, record = server(county, person, used.date(), turn), f"yk{person.pid[1:]}{turn}"
                row = {"ykbh": record, "grid": person.empi, "kh": card, "yksj": used}
                county.add("jkk_yk", org, used, **row, cj=SCENES[turn])
                truth.happened("card_uses", used.date(), org, record, person)
                if status != "ZX":
                    truth.happened("card_users", used.date(), org, record, person)
