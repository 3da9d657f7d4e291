-- Oracle's dictionary views over whatever tables this PostgreSQL holds, all of them of the user HIS.
CREATE SCHEMA dictionary;
CREATE VIEW dictionary.all_tables AS SELECT 'HIS' AS owner, table_name::text, NULL::numeric AS num_rows
    FROM information_schema.tables WHERE table_schema = 'public';
CREATE VIEW dictionary.all_views AS SELECT '' AS owner, '' AS view_name WHERE false;
CREATE VIEW dictionary.all_synonyms AS
    SELECT '' AS owner, '' AS synonym_name, '' AS table_owner, '' AS table_name, '' AS db_link WHERE false;
CREATE VIEW dictionary.all_objects AS SELECT owner, table_name AS object_name FROM dictionary.all_tables;
CREATE VIEW dictionary.all_col_comments AS
    SELECT '' AS owner, '' AS table_name, '' AS column_name, '' AS comments WHERE false;
CREATE VIEW dictionary.all_tab_columns AS SELECT 'HIS' AS owner, table_name::text, column_name::text,
    CASE WHEN data_type IN ('numeric', 'integer', 'bigint', 'smallint') THEN 'NUMBER'
        WHEN data_type = 'date' OR data_type LIKE 'timestamp%' AND datetime_precision = 0 THEN 'DATE'
        WHEN data_type LIKE 'timestamp%' THEN 'TIMESTAMP(6)' WHEN data_type = 'character' THEN 'CHAR'
        WHEN data_type = 'text' THEN 'CLOB' ELSE 'VARCHAR2' END AS data_type,
    coalesce(character_maximum_length, 0) AS char_length,
    CASE data_type WHEN 'numeric' THEN numeric_precision WHEN 'bigint' THEN 19 WHEN 'integer' THEN 10 END
        AS data_precision,
    numeric_scale AS data_scale, left(is_nullable, 1) AS nullable, ordinal_position AS column_id
    FROM information_schema.columns WHERE table_schema = 'public';
