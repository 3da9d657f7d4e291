-- bus_no (病历号) is used twice, so the id is the person's number; birth_date is midnight in Shanghai, stored in UTC.
SELECT _row,
       id::VARCHAR AS psn_no,
       nullif(name, '') AS psn_name,
       CASE WHEN id_card <> '' THEN '01' END AS psn_cert_type,
       nullif(id_card, '') AS certno,
       gender_enum::VARCHAR AS gend,
       birth_date::DATE AS brdy,
       CASE WHEN delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM adm_patient
