-- Golden records are found by a part of what they hold. Where the extension may not be had, the search reads them all.
do $$
begin
  create extension if not exists pg_trgm;
exception when others then
  raise notice 'pg_trgm is not to be had: %', sqlerrm;
end
$$;

-- A line each, in small letters, and the phones once more by their digits alone. array_to_string would do no index, as it
-- is stable for types of any kind; of texts it always gives the same.
create function golden.search_text(texts text[], phones text[]) returns text
  language sql immutable parallel safe
  return lower(array_to_string(texts || phones, E'\n')) || E'\n'
    || regexp_replace(array_to_string(phones, E'\n'), '[^0-9\n]', '', 'g');
