-- Links in digests that show one person what is theirs and their team's, without a sign-in; of the token only its hash is kept.
create table alert.team_link (
  sha256 bytea primary key,
  connection_id text not null,
  -- Salesforce id of the user whose own records and reports it shows
  user_id text not null,
  expires_at timestamptz not null
);
create index team_link_old on alert.team_link (expires_at);
