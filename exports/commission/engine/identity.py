"""Who may be the same person: identity numbers and names as they compare, and entries that look like one person.

Entries that look alike are reported and never merged (commission.md 5.3): only `archive_merge` says that two are one.
"""

from typing import Any

from schemas.checkdigits import IDENTITY, MACROS

_DOTS = "·•・‧∙⋅．.。"
_BLANKS = r"\s\x{00A0}\x{3000}"
_SUM = " + ".join(f"{weight} * CAST(substr(t, {at}, 1) AS INT)" for at, weight in enumerate(IDENTITY.weights, start=1))

NAMING: dict[str, str] = {
    "id_card_trimmed": f"CREATE OR REPLACE MACRO id_card_trimmed(t) AS upper(regexp_replace(t, '[{_BLANKS}]', '', 'g'))",
    "id_card_closed": "CREATE OR REPLACE MACRO id_card_closed(t) AS"
    f" t || substr('{IDENTITY.checks}', ({_SUM}) % {len(IDENTITY.checks)} + 1, 1)",
    "id_card_longer": "CREATE OR REPLACE MACRO id_card_longer(t) AS CASE WHEN regexp_full_match(t, '[0-9]{15}')"
    " THEN id_card_closed(substr(t, 1, 6) || '19' || substr(t, 7)) ELSE t END",
    "id_card_fake": "CREATE OR REPLACE MACRO id_card_fake(t) AS coalesce(substr(t, 15, 3) IN ('000', '999'), false)",
    "id_card_real": "CREATE OR REPLACE MACRO id_card_real(t) AS CASE WHEN id_card_ok(t) AND NOT id_card_fake(t)"
    " AND id_card_birth(t) BETWEEN DATE '1880-01-01' AND coalesce(getvariable('period_until'), DATE '9999-12-31') THEN t END",
    "identity": "CREATE OR REPLACE MACRO identity(t) AS id_card_real(id_card_longer(id_card_trimmed(t)))",
    "plain_name": "CREATE OR REPLACE MACRO plain_name(t) AS"
    f" nullif(upper(regexp_replace(t, '[{_DOTS}{_BLANKS}]', '', 'g')), '')",
}

DUPLICATE = """
CREATE OR REPLACE TEMP VIEW duplicate AS
WITH entry AS (
    SELECT empi, identity(id_no) AS id,
        plain_name(name) || '|' || CAST(birth AS VARCHAR) || '|' || coalesce(sex, '') || '|' || mobile AS named
    FROM resident
),
mark AS (
    SELECT empi, id AS mark, '身份证号相同' AS way, false AS unproven FROM entry WHERE id IS NOT NULL
    UNION ALL
    SELECT empi, named, '姓名、生日、性别、手机相同', id IS NULL FROM entry WHERE named IS NOT NULL
),
alike AS (
    SELECT mark, way, min(empi) AS cluster FROM mark GROUP BY mark, way
    HAVING count(DISTINCT empi) > 1 AND (way = '身份证号相同' OR bool_or(unproven))
)
SELECT m.empi, min(a.cluster) AS cluster, min(a.way) AS way
FROM mark AS m JOIN alike AS a USING (mark, way) GROUP BY m.empi"""


def name_persons(database: Any) -> None:
    """Make the macros, and the view `duplicate` (empi, cluster, way), over the frame's `resident`.

    `identity(id_no)` is the 18-digit number that a written one stands for: 15 digits are lengthened, blanks taken
    out; NULL when its check character, its date or its sequence (000, 999) shows that it is nobody's. Two entries
    are alike when it is equal; where one of them has none, when name (without dots and blanks), birth, sex and mobile
    are equal.
    """
    for macro in (*MACROS.values(), *NAMING.values()):
        database.execute(macro)
    database.execute(DUPLICATE)
