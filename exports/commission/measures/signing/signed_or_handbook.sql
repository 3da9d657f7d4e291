-- title: 在约或有保健手册的居民
-- definition: 期末在约，或有未满 7 岁的儿童保健卡、年内建的孕产妇手册
-- source: 公开代码中的另一种做法：妇幼保健手册视同签约
SELECT c.empi, c.empi AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.begin_date < getvariable('period_until')
    AND c.end_date >= getvariable('period_until')
    AND coalesce(c.stop_date >= getvariable('period_until'), c.sign_flag <> '2')
UNION ALL
SELECT k.empi, k.empi, k.org_code, 1
FROM child_card AS k
WHERE k.build_date < getvariable('period_until') AND coalesce(k.end_date >= getvariable('period_until'), true)
    AND age_at(k.birth, getvariable('period_until') - 1) < 7
UNION ALL
SELECT f.empi, f.empi, f.org_code, 1
FROM preg_file AS f
WHERE f.book_date >= getvariable('year_from') AND f.book_date < getvariable('period_until')
