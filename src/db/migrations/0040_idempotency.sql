-- answers to requests that carried an Idempotency-Key, kept a day: a client that lost one asks again and gets the same
create table control.idempotency (
  -- who asked, what for ("POST /v1/syncs"), and the key they chose; the same key of another is another
  api_key_id text not null,
  request text not null,
  key text not null check (length(key) between 1 and 255),
  body_sha256 bytea not null,
  status int not null,
  headers jsonb not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (api_key_id, request, key)
);
create index idempotency_age on control.idempotency (created_at);
