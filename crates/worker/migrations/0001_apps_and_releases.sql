-- Times are milliseconds since 1970 UTC. Ids are UUIDs in lower case unless said otherwise.

CREATE TABLE users (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT NOT NULL,
  email        TEXT NOT NULL,
  created_at   INTEGER NOT NULL
) STRICT;

-- Only the SHA-256 of a token is stored, in lower-case hex: a reader of this table cannot make a call with it.
CREATE TABLE api_tokens (
  id          TEXT PRIMARY KEY,
  user_id     TEXT NOT NULL REFERENCES users (id),
  token_hash  TEXT NOT NULL UNIQUE,
  scope       TEXT NOT NULL CHECK (scope IN ('all', 'viewer')),
  description TEXT,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE apps (
  id                TEXT PRIMARY KEY,
  app_secret        TEXT NOT NULL UNIQUE,
  owner_id          TEXT NOT NULL REFERENCES users (id),
  name              TEXT NOT NULL COLLATE NOCASE,
  display_name      TEXT NOT NULL,
  description       TEXT,
  os                TEXT NOT NULL,
  platform          TEXT NOT NULL,
  release_type      TEXT,
  -- Package name or bundle id; null until the first release or the creator says it.
  bundle_identifier TEXT,
  -- The highest release number so far: numbers are not used again.
  last_release_id   INTEGER NOT NULL DEFAULT 0,
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  UNIQUE (owner_id, name)
) STRICT;

CREATE UNIQUE INDEX apps_by_identifier ON apps (owner_id, os, bundle_identifier) WHERE bundle_identifier IS NOT NULL;

CREATE TABLE distribution_groups (
  id           TEXT PRIMARY KEY,
  app_id       TEXT NOT NULL REFERENCES apps (id),
  name         TEXT NOT NULL COLLATE NOCASE,
  display_name TEXT,
  is_public    INTEGER NOT NULL DEFAULT 0,
  created_at   INTEGER NOT NULL,
  UNIQUE (app_id, name)
) STRICT;

CREATE TABLE uploads (
  id            TEXT PRIMARY KEY,
  asset_id      TEXT NOT NULL UNIQUE,
  app_id        TEXT NOT NULL REFERENCES apps (id),
  -- App Center's words: uploadStarted, uploadFinished, uploadCanceled, readyToBePublished, error.
  status        TEXT NOT NULL,
  build_version TEXT,
  build_number  TEXT,
  -- What the client says the file's digests are, lower-case hex.
  md5           TEXT,
  sha256        TEXT,
  error_details TEXT,
  release_id    INTEGER,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE releases (
  app_id            TEXT NOT NULL REFERENCES apps (id),
  id                INTEGER NOT NULL,
  asset_id          TEXT NOT NULL UNIQUE,
  file_name         TEXT NOT NULL,
  file_extension    TEXT,
  size              INTEGER NOT NULL,
  md5               TEXT NOT NULL,
  sha256            TEXT NOT NULL,
  -- App Center's naming: version is the build number, short_version what users see.
  version           TEXT NOT NULL,
  short_version     TEXT NOT NULL,
  min_os            TEXT,
  bundle_identifier TEXT,
  -- Everything the artifact crate found out, as JSON.
  artifact          TEXT NOT NULL,
  release_notes     TEXT,
  -- branch_name, commit_hash, commit_message as JSON.
  build             TEXT,
  enabled           INTEGER NOT NULL DEFAULT 1,
  uploaded_at       INTEGER NOT NULL,
  PRIMARY KEY (app_id, id)
) STRICT;

CREATE TABLE release_groups (
  app_id           TEXT NOT NULL,
  release_id       INTEGER NOT NULL,
  group_id         TEXT NOT NULL REFERENCES distribution_groups (id),
  mandatory_update INTEGER NOT NULL,
  distributed_at   INTEGER NOT NULL,
  PRIMARY KEY (app_id, release_id, group_id),
  FOREIGN KEY (app_id, release_id) REFERENCES releases (app_id, id)
) STRICT;

CREATE INDEX release_groups_by_group ON release_groups (group_id, release_id);

-- The token is kept as it is because the release's page shows the link again. It opens one package and can be
-- revoked; who can read this table can read where the packages are anyway.
CREATE TABLE install_links (
  id         TEXT PRIMARY KEY,
  token      TEXT NOT NULL UNIQUE,
  app_id     TEXT NOT NULL,
  release_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  FOREIGN KEY (app_id, release_id) REFERENCES releases (app_id, id)
) STRICT;

CREATE INDEX install_links_by_release ON install_links (app_id, release_id);
