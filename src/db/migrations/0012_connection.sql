-- Orgs as rows: how each is logged in to. Secrets are sealed (src/control/secret.ts), the rest may be read.
alter table control.connection
  -- null: the login that the settings name (the default connection)
  add column login_url text,
  add column flow text check (flow in ('client_credentials', 'jwt_bearer', 'refresh_token')),
  add column client_id text,
  add column username text,
  -- { clientSecret | privateKey | refreshToken }, sealed under a key of its own that is sealed under the service's
  add column sealed jsonb,
  add column updated_at timestamptz not null default now(),
  add column updated_by text,
  add check ((flow is null) = (login_url is null) and (flow is null) = (client_id is null) and (flow is null) = (sealed is null));

alter table control.run
  -- a run that waits for Salesforce's limits: nobody takes it before
  add column parked_until timestamptz;
