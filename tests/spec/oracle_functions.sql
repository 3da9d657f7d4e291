-- Functions of Oracle that PostgreSQL lacks, and a search path on which its dictionary is found.
-- TO_CHAR(n, 'TM9', …) gives the fewest digits and no zero before the point.
CREATE FUNCTION dictionary.to_char(numeric, text, text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN regexp_replace(trim_scale($1)::text, '^(-?)0\.', '\1.');
CREATE FUNCTION dictionary.sys_extract_utc(timestamptz) RETURNS timestamp LANGUAGE sql IMMUTABLE
    RETURN $1 AT TIME ZONE 'UTC';
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, dictionary', current_database()); END $$;
