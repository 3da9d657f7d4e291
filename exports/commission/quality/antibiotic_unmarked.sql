-- title: 疑似抗菌药物没有标志
-- why: 药名像抗菌药物而字典没有标志，抗菌药物处方比例被算低
-- fix: 药师核对后补标志与分级
-- level: hint
-- table: drug
SELECT org_code, drug_id AS key, CAST(NULL AS VARCHAR) AS empi, drug_name AS value
FROM drug
WHERE antibiotic_flag = '0'
    AND (antibiotic_grade IS NOT NULL OR regexp_matches(drug_name, '西林|头孢|沙星|环素|红霉素|阿奇霉素|硝唑|培南'))
