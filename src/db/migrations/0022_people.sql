-- People who sign in at an identity provider. What they may do comes from their groups, unless an admin has said otherwise.
create table control.person (
  id text primary key check (id ~ '^usr_[0-9a-f-]{36}$'),
  issuer text not null,
  subject text not null,
  name text not null,
  email text,
  groups text[] not null default '{}',
  -- by their groups, at the last sign-in
  scopes text[] not null default '{}',
  -- by an admin; outranks the groups
  granted text[],
  blocked_at timestamptz,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  revision int not null default 1,
  unique (issuer, subject)
);

alter table control.session alter column key_id drop not null;
alter table control.session add column person_id text references control.person;
alter table control.session add constraint session_owner_check check ((key_id is null) <> (person_id is null));
create index session_person on control.session (person_id) where ended_at is null;
