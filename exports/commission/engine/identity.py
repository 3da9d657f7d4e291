"""Who may be the same person: identity numbers and names as they compare, and entries that look like one person.

Entries that look alike are reported and never merged (commission.md 5.3): only `archive_merge` says that two are one.
"""

from typing import Any

from schemas.checkdigits import IDENTITY, MACROS

_DOTS = "·•・‧∙⋅．.。"
_BLANKS = r"\s\x{00A0}\x{3000}"
_SUM = " + ".join(f"{w} * CAST(substr(long17, {at}, 1) AS INT)" for at, w in enumerate(IDENTITY.weights, start=1))

PLAIN_NAME = f"""
CREATE OR REPLACE MACRO plain_name(t) AS nullif(upper(regexp_replace(t, '[{_DOTS}{_BLANKS}]', '', 'g')), '')"""

IDENTITIES = f"""
CREATE OR REPLACE TEMP VIEW identity AS
WITH written AS (
    SELECT empi, org_code, birth, sex, coalesce(id_type, '01') = '01' AS is_card,
        upper(regexp_replace(id_no, '[{_BLANKS}]', '', 'g')) AS trimmed
    FROM resident WHERE id_no IS NOT NULL
),
short AS (
    SELECT *,
        CASE WHEN regexp_full_match(trimmed, '[0-9]{{15}}') THEN substr(trimmed, 1, 6) || '19' || substr(trimmed, 7) END
            AS long17
    FROM written
),
full_length AS (
    SELECT *, coalesce(long17 || substr('{IDENTITY.checks}', ({_SUM}) % {len(IDENTITY.checks)} + 1, 1), trimmed)
        AS number
    FROM short
),
judged AS (
    SELECT *, is_card AND length(number) = 18 AND substr(number, 15, 3) IN ('000', '999') AS fake,
        id_card_ok(number) AND coalesce(id_card_birth(number) >= DATE '1880-01-01', false) AS right_made
    FROM full_length
)
SELECT empi, org_code, birth, sex, is_card, number, fake, is_card AND right_made AND NOT fake AS valid FROM judged"""

DUPLICATES = """
CREATE OR REPLACE TEMP VIEW duplicate AS
WITH named AS (
    SELECT empi,
        plain_name(name) || '|' || CAST(birth AS VARCHAR) || '|' || coalesce(sex, '') || '|' || mobile AS mark
    FROM resident
),
proven AS (SELECT DISTINCT empi FROM identity WHERE valid),
mark AS (
    SELECT empi, number AS mark, '身份证号相同' AS way, false AS unproven FROM identity WHERE valid
    UNION ALL
    SELECT n.empi, n.mark, '姓名、生日、性别、手机相同', p.empi IS NULL
    FROM named AS n LEFT JOIN proven AS p ON p.empi = n.empi
    WHERE n.mark IS NOT NULL
),
alike AS (
    SELECT mark, way, min(empi) AS cluster FROM mark GROUP BY mark, way
    HAVING count(DISTINCT empi) > 1 AND (way = '身份证号相同' OR bool_or(unproven))
)
SELECT m.empi, min(a.cluster) AS cluster, min(a.way) AS way
FROM mark AS m JOIN alike AS a USING (mark, way) GROUP BY m.empi"""


def name_persons(database: Any) -> None:
    """Make what tells persons apart over the frame's `resident`: two views, and the macro `plain_name`.

    `identity` (empi, org_code, birth, sex, is_card, number, fake, valid) has a row per entry with a number: `number` is
    the 18-digit one that the written one stands for; 15 digits are lengthened, blanks taken out. It is not valid when
    its check character, its date or its sequence (000, 999: `fake`) shows that it is nobody's.

    `duplicate` (empi, cluster, way): entries whose valid numbers are equal; or, where one of them has none, whose names
    (without dots and blanks), births, sexes and mobiles are equal. `cluster` is the least entry among them.
    """
    for text in (*MACROS.values(), PLAIN_NAME, IDENTITIES, DUPLICATES):
        database.execute(text)
