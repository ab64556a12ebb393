-- standard: one typed, cleaned row per record and per piece of evidence; its tables are derived from the definitions.
create schema standard;

-- `Kettle &amp; Pine` into `Kettle & Pine`, as src/matcher/values/spelling.ts has it for the matcher; done twice, as forms do.
create function standard.undone(value text) returns text language plpgsql immutable strict parallel safe as $$
declare
  -- From U+00A0 on, as HTML 4 names them.
  latin constant text[] := string_to_array(btrim(regexp_replace('
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil
      sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave
      Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute
      acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml
      divide oslash ugrave uacute ucirc uuml yacute thorn yuml
    ', '\s+', ' ', 'g')), ' ');
  names constant text[] := array['amp', 'lt', 'gt', 'quot', 'apos', 'ndash', 'mdash', 'lsquo', 'rsquo', 'ldquo', 'rdquo', 'hellip', 'euro', 'trade', 'bull'];
  codes constant int[] := array[38, 60, 62, 34, 39, 8211, 8212, 8216, 8217, 8220, 8221, 8230, 8364, 8482, 8226];
  entity text;
  inside text;
  code int;
begin
  for pass in 1..2 loop
    for entity in select distinct m.hit[1] from regexp_matches(value, '&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]+\d*);', 'g') as m(hit) loop
      inside := btrim(entity, '&;');
      code := case
        when inside ~ '^#\d' then substr(inside, 2)::int
        when inside ~ '^#' then ('x' || lpad(substr(inside, 3), 8, '0'))::bit(32)::int
        else coalesce(
          159 + array_position(latin, inside), codes[array_position(names, inside)],
          159 + array_position(latin, lower(inside)), codes[array_position(names, lower(inside))])
      end;
      if code >= 32 and code not between 55296 and 57343 and code <= 1114111 then
        value := replace(value, entity, chr(code));
      end if;
    end loop;
  end loop;
  return value;
end $$;

-- A name without what admins write at it; one that is nothing else stays. `marker` is that of spelling.ts.
create function standard.unmarked(name text, marker text) returns text language plpgsql immutable strict parallel safe as $$
begin
  return coalesce(nullif(btrim(regexp_replace(name, marker, '', 'gi')), ''), name);
end $$;
