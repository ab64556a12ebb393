-- golden: who is who. An id is minted once and for ever resolves, through retired_into when it was merged away. Who writes a
-- golden id took it from golden.identity in the same transaction: foreign keys would look each of millions up once more.
create schema golden;

create table golden.identity (
  golden_id text primary key,
  entity text not null,
  minted_run_id text not null,
  minted_at timestamptz not null,
  retired_into text,
  retired_at timestamptz
);
create index identity_alive on golden.identity (entity) where retired_at is null;
create index identity_heir on golden.identity (retired_into);

create table golden.crosswalk (
  entity text not null,
  connection_id text not null,
  id text not null,
  object text not null,
  golden_id text not null,
  since_run_id text not null,
  primary key (entity, connection_id, id)
);
create index crosswalk_golden on golden.crosswalk (golden_id);

-- who stood for which golden record when; the open rows are golden.crosswalk
create table golden.membership (
  entity text not null,
  connection_id text not null,
  id text not null,
  object text not null,
  golden_id text not null,
  since_at timestamptz not null,
  since_run_id text not null,
  until_at timestamptz,
  until_run_id text
);
create index membership_record on golden.membership (entity, connection_id, id);
create index membership_open on golden.membership (entity, connection_id, id) where until_at is null;
create index membership_golden on golden.membership (golden_id);

create table golden.event (
  sequence bigint generated always as identity primary key,
  run_id text not null,
  at timestamptz not null,
  entity text not null,
  kind text not null check (kind in ('minted', 'merged', 'split', 'moved', 'retired')),
  golden_id text not null,
  -- merged: the id that went; split, moved: the id it came from
  other_golden_id text,
  connection_id text,
  id text
);
create index event_golden on golden.event (golden_id, sequence);

-- what a run did to the ids that were alive before it; only runs that changed something
create table golden.stability (
  run_id text not null,
  entity text not null,
  at timestamptz not null,
  id_count bigint not null,
  -- still the id of a golden record
  kept_count bigint not null,
  -- kept, and no member was taken away or came from another id
  unchanged_count bigint not null,
  minted_count bigint not null,
  merged_count bigint not null,
  split_count bigint not null,
  retired_count bigint not null,
  moved_count bigint not null,
  primary key (run_id, entity)
);

-- Of golden records of several records, or with a pin: what decided each value, sets included. Where one record stands alone the
-- proof follows from that record.
create table golden.proof (
  golden_id text not null,
  field text not null,
  -- place of a value in a set, 0 for single values
  place int not null,
  value text,
  value_since timestamptz,
  -- fact: the mirror saw the value change then, or a person pinned it then; bound: it is at least so old
  value_since_is text check (value_since_is in ('fact', 'bound')),
  -- when a person last wrote it; where none was seen to, the bound of its age at first sight
  last_confirmed_at timestamptz,
  -- the record it came from; a pinned value has none
  connection_id text,
  id text,
  strategy text not null,
  -- what settled it: only value, a strategy, smallest id, fullest record, follows <field>, union, pin
  decided_by text not null,
  pin_id text,
  primary key (golden_id, field, place)
);

-- The proof of every value. Survivorship adds what follows where one record stands alone, as the definitions say it.
create view golden.provenance as
select golden_id, field, place, value, value_since, value_since_is, last_confirmed_at, connection_id, id, strategy, decided_by, pin_id
from golden.proof;

-- Golden records whose members or values moved, by entity in the order of their commits, one row each: later stages look at
-- these instead of at all of them. Clustering touches one first; once it has survived its version is newer. All redone leaves none.
create table golden.touched (
  golden_id text primary key,
  entity text not null,
  version bigint not null
);
create index touched_version on golden.touched (entity, version);

-- pairs a person should look at, the most useful first
create table golden.review_item (
  entity text not null,
  l_connection_id text not null,
  l_id text not null,
  r_connection_id text not null,
  r_id text not null,
  l_golden_id text not null,
  r_golden_id text not null,
  -- unsure: in the review band; cut: evidence to link, which the rest of the clusters speaks against; changed: decided,
  -- but about values that have changed since
  reason text not null check (reason in ('unsure', 'cut', 'changed')),
  weight double precision,
  probability double precision,
  -- 0 sure, 1 even odds
  uncertainty double precision not null,
  -- what hangs on it: records of both golden ids, open money tied to them
  record_count bigint not null,
  open_amount double precision not null,
  -- uncertainty * (ln(1 + records) + ln(1 + amount))
  priority double precision not null,
  primary key (entity, l_connection_id, l_id, r_connection_id, r_id)
);
create index review_item_first on golden.review_item (priority desc, entity, l_connection_id, l_id, r_connection_id, r_id);
-- one changed record finds its items from either side
create index review_item_right on golden.review_item (entity, r_connection_id, r_id);

-- What an account of this name is: no company where it stands for people without one, or for a family. By the words of
-- src/matcher/values/company-name.ts, which takes such names for none.
create function golden.kind_of_name(name text) returns text language sql immutable parallel safe as $$
  select case
    when folded = any (string_to_array(
      'individual|individuals|private individual|private person|self employed|selfemployed|self|freelance|freelancer|sole trader|sole proprietor|'
      || 'retired|unemployed|student|homemaker|household|households|personal|personal account|person account|private|no company|no account|'
      || 'no company name|not applicable|unknown company|unknown account|company name|company|walk in|walk in customer|cash customer|cash sale|'
      || 'guest|consumer|customer|house account|misc|miscellaneous|various|other|general public|default account|privatperson|privatkunde|'
      || 'privatkunden|privatpersonen|selbstandig|selbststandig|freiberufler|personne physique|particulier|particuliers|independant|'
      || 'sans societe|persona fisica|particular|particulares|autonomo|pessoa fisica|privato|privati|libero professionista|zzp|zelfstandig|'
      || 'osoba fizyczna|osoba prywatna|perorangan|pribadi|физическое лицо|физлицо|частное лицо|個人|个人|개인', '|')) then 'bucket'
    when folded ~ '^(the )?\S.* (household|households|family account|haushalt|hogar|huishouden)$|^(haushalt|hogar|foyer|huishouden) ' then 'household'
    else 'business'
  end
  from (select btrim(regexp_replace(translate(lower(normalize(name, nfkc)), 'àáâãäåçèéêëìíîïñòóôõöùúûüý', 'aaaaaaceeeeiiiinooooouuuuy'),
    '[^[:alnum:]]+', ' ', 'g')) as folded) f
$$;

-- The last record a merged one lives on in, through any chain of merges.
create view golden.merged_into as
with recursive chain as (
  select connection_id, loser_id, winner_id, 1 as depth from mirror.alias
  union all
  select c.connection_id, c.loser_id, a.winner_id, c.depth + 1
  from chain c
  join mirror.alias a on a.connection_id = c.connection_id and a.loser_id = c.winner_id
  where c.depth < 100 and a.winner_id <> c.loser_id
)
select distinct on (connection_id, loser_id) connection_id, loser_id, winner_id
from chain
order by connection_id, loser_id, depth desc;

-- Records that are no evidence themselves stand under the key of the one they were merged into.
create view golden.lost_key as
select x.entity, m.connection_id, m.loser_id as id, x.golden_id, x.object
from golden.merged_into m
join golden.crosswalk x on x.connection_id = m.connection_id and x.id = m.winner_id
where not exists (select from golden.crosswalk own
  where own.entity = x.entity and own.connection_id = m.connection_id and own.id = m.loser_id);

-- Any record that ever was into its golden id: members, and records merged away in Salesforce through their winner. As
-- entity `account` whatever an account stands for: a company or, as a person account, a person.
create view golden.record_key as
select entity, connection_id, id, golden_id from golden.crosswalk
union all
select entity, connection_id, id, golden_id from golden.lost_key
union all
select 'account', connection_id, id, golden_id from golden.crosswalk
where entity = 'company' or (entity = 'person' and object = 'Account')
union all
select 'account', connection_id, id, golden_id from golden.lost_key
where entity = 'company' or (entity = 'person' and object = 'Account');

-- One record's end of a chain of merges, and its key: what golden.merged_into and golden.record_key say of all of them, by index.
create function golden.winner_of(org text, record text) returns text
  language plpgsql stable parallel safe as $$
begin
  return (
    with recursive up as (
      select winner_id, 1 as depth from mirror.alias where connection_id = org and loser_id = record
      union all
      select a.winner_id, up.depth + 1 from up
      join mirror.alias a on a.connection_id = org and a.loser_id = up.winner_id
      where up.depth < 100 and a.winner_id <> record)
    select winner_id from up order by depth desc limit 1);
end
$$;
create function golden.key_of(of_entity text, org text, record text) returns text
  language plpgsql stable parallel safe as $$
declare
  entities text[] := case of_entity when 'account' then array['company', 'person'] else array[of_entity] end;
begin
  return coalesce(
    (select golden_id from golden.crosswalk where entity = any (entities) and connection_id = org and id = record
      and (of_entity <> 'account' or entity = 'company' or object = 'Account') order by entity limit 1),
    (select golden_id from golden.crosswalk where entity = any (entities) and connection_id = org
      and id = golden.winner_of(org, record)
      and (of_entity <> 'account' or entity = 'company' or object = 'Account') order by entity limit 1));
end
$$;
