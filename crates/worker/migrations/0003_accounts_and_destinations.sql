-- People and organizations are accounts: both own apps, and their names share one space, as in URLs.
ALTER TABLE users RENAME TO accounts;
ALTER TABLE accounts ADD COLUMN kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'org'));
ALTER TABLE accounts ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
-- An organization's email is empty.
CREATE UNIQUE INDEX accounts_by_email ON accounts (email COLLATE NOCASE) WHERE kind = 'user';

-- A token with an app is good for that app alone.
ALTER TABLE api_tokens ADD COLUMN app_id TEXT REFERENCES apps (id);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id, app_id);
CREATE INDEX api_tokens_by_app ON api_tokens (app_id) WHERE app_id IS NOT NULL;

CREATE TABLE org_members (
  org_id    TEXT NOT NULL REFERENCES accounts (id),
  user_id   TEXT NOT NULL REFERENCES accounts (id),
  role      TEXT NOT NULL CHECK (role IN ('admin', 'collaborator', 'member')),
  joined_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id)
) STRICT;
CREATE INDEX org_members_by_user ON org_members (user_id);

CREATE TABLE app_collaborators (
  app_id     TEXT NOT NULL REFERENCES apps (id),
  user_id    TEXT NOT NULL REFERENCES accounts (id),
  permission TEXT NOT NULL CHECK (permission IN ('manager', 'developer', 'viewer')),
  joined_at  INTEGER NOT NULL,
  PRIMARY KEY (app_id, user_id)
) STRICT;
CREATE INDEX app_collaborators_by_user ON app_collaborators (user_id);

-- To an app or to an organization, by e-mail. The link that is mailed carries the token; only its SHA-256 is kept.
CREATE TABLE invitations (
  id         TEXT PRIMARY KEY,
  app_id     TEXT REFERENCES apps (id),
  org_id     TEXT REFERENCES accounts (id),
  email      TEXT NOT NULL COLLATE NOCASE,
  -- manager, developer or viewer of an app; admin, collaborator or member of an organization.
  role       TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  invited_by TEXT NOT NULL REFERENCES accounts (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CHECK ((app_id IS NULL) <> (org_id IS NULL)),
  UNIQUE (app_id, email),
  UNIQUE (org_id, email)
) STRICT;
CREATE INDEX invitations_by_sender ON invitations (invited_by);

CREATE INDEX apps_by_owner ON apps (owner_id, created_at, name);

-- A release may be hosted elsewhere: then there is no package, and what a package says is null.
CREATE TABLE new_releases (
  app_id            TEXT NOT NULL REFERENCES apps (id),
  id                INTEGER NOT NULL,
  -- The package in the store.
  asset_id          TEXT UNIQUE,
  -- Or the HTTPS link to it.
  external_url      TEXT,
  file_name         TEXT,
  file_extension    TEXT,
  size              INTEGER,
  md5               TEXT,
  sha256            TEXT,
  -- App Center's naming: version is the build number, short_version what users see.
  version           TEXT NOT NULL,
  short_version     TEXT NOT NULL,
  min_os            TEXT,
  bundle_identifier TEXT,
  -- What the SDKs compare, a JSON array of lower-case hex SHA-256.
  package_hashes    TEXT NOT NULL DEFAULT '[]',
  -- Everything the artifact crate found out, as JSON.
  artifact          TEXT,
  icon_type         TEXT,
  release_notes     TEXT,
  -- branch_name, commit_hash, commit_message as JSON.
  build             TEXT,
  -- dsa_signature, ed_signature as JSON.
  metadata          TEXT,
  mandatory_update  INTEGER NOT NULL DEFAULT 0,
  enabled           INTEGER NOT NULL DEFAULT 1,
  uploaded_at       INTEGER NOT NULL,
  PRIMARY KEY (app_id, id),
  CHECK ((asset_id IS NULL) <> (external_url IS NULL))
) STRICT;
INSERT INTO new_releases (app_id, id, asset_id, file_name, file_extension, size, md5, sha256, version, short_version,
                          min_os, bundle_identifier, artifact, icon_type, release_notes, build, enabled, uploaded_at)
  SELECT app_id, id, asset_id, file_name, file_extension, size, md5, sha256, version, short_version,
         min_os, bundle_identifier, artifact, icon_type, release_notes, build, enabled, uploaded_at FROM releases;

-- A group belongs to an app, or to an organization that shares it among its apps.
CREATE TABLE new_groups (
  id           TEXT PRIMARY KEY,
  app_id       TEXT REFERENCES apps (id),
  org_id       TEXT REFERENCES accounts (id),
  name         TEXT NOT NULL COLLATE NOCASE,
  display_name TEXT,
  is_public    INTEGER NOT NULL DEFAULT 0,
  created_at   INTEGER NOT NULL,
  CHECK ((app_id IS NULL) <> (org_id IS NULL)),
  UNIQUE (app_id, name),
  UNIQUE (org_id, name)
) STRICT;
INSERT INTO new_groups (id, app_id, name, display_name, is_public, created_at)
  SELECT id, app_id, name, display_name, is_public, created_at FROM distribution_groups;

-- The destinations of a release: a group, a tester or a store, by its id.
CREATE TABLE release_destinations (
  app_id            TEXT NOT NULL,
  release_id        INTEGER NOT NULL,
  kind              TEXT NOT NULL CHECK (kind IN ('group', 'tester', 'store')),
  destination_id    TEXT NOT NULL,
  mandatory_update  INTEGER NOT NULL DEFAULT 0,
  notify_testers    INTEGER NOT NULL DEFAULT 1,
  -- Of a store only: processing, submitted, failed, timeout, and why.
  publishing_status TEXT,
  publishing_error  TEXT,
  distributed_at    INTEGER NOT NULL,
  -- The last address of the pages that were notified.
  told_upto         TEXT COLLATE NOCASE,
  -- When all addresses there had been notified.
  notified_at       INTEGER,
  PRIMARY KEY (app_id, release_id, kind, destination_id),
  FOREIGN KEY (app_id, release_id) REFERENCES new_releases (app_id, id)
) STRICT;
INSERT INTO release_destinations (app_id, release_id, kind, destination_id, mandatory_update, distributed_at)
  SELECT app_id, release_id, 'group', group_id, mandatory_update, distributed_at FROM release_groups;

CREATE TABLE new_install_links (
  id         TEXT PRIMARY KEY,
  token      TEXT NOT NULL UNIQUE,
  app_id     TEXT NOT NULL,
  release_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  FOREIGN KEY (app_id, release_id) REFERENCES new_releases (app_id, id)
) STRICT;
INSERT INTO new_install_links SELECT id, token, app_id, release_id, created_at, revoked_at FROM install_links;

-- Children first: a parent can go only when nothing refers to it.
DROP TABLE install_links;
DROP TABLE release_groups;
DROP TABLE releases;
DROP TABLE distribution_groups;
ALTER TABLE new_releases RENAME TO releases;
ALTER TABLE new_groups RENAME TO distribution_groups;
ALTER TABLE new_install_links RENAME TO install_links;

CREATE INDEX install_links_by_release ON install_links (app_id, release_id);
CREATE INDEX release_destinations_by_destination ON release_destinations (destination_id, app_id, release_id);

-- The apps that an organization's group is shared with.
CREATE TABLE shared_group_apps (
  group_id TEXT NOT NULL REFERENCES distribution_groups (id),
  app_id   TEXT NOT NULL REFERENCES apps (id),
  PRIMARY KEY (group_id, app_id)
) STRICT;
CREATE INDEX shared_group_apps_by_app ON shared_group_apps (app_id);

-- Members are e-mail addresses; an address with an account counts as accepted.
CREATE TABLE group_members (
  group_id    TEXT NOT NULL REFERENCES distribution_groups (id),
  email       TEXT NOT NULL COLLATE NOCASE,
  created_at  INTEGER NOT NULL,
  -- When the e-mail about it was queued.
  welcomed_at INTEGER,
  PRIMARY KEY (group_id, email)
) STRICT;
CREATE INDEX group_members_by_email ON group_members (email);

-- People who get releases of an app by themselves, outside its groups.
CREATE TABLE testers (
  id         TEXT PRIMARY KEY,
  app_id     TEXT NOT NULL REFERENCES apps (id),
  email      TEXT NOT NULL COLLATE NOCASE,
  created_at INTEGER NOT NULL,
  UNIQUE (app_id, email)
) STRICT;

CREATE TABLE stores (
  id                    TEXT PRIMARY KEY,
  app_id                TEXT NOT NULL REFERENCES apps (id),
  type                  TEXT NOT NULL CHECK (type IN ('googleplay', 'intune', 'apple')),
  name                  TEXT NOT NULL COLLATE NOCASE,
  track                 TEXT,
  -- As JSON.
  intune_details        TEXT,
  service_connection_id TEXT,
  created_by            TEXT NOT NULL REFERENCES accounts (id),
  created_at            INTEGER NOT NULL,
  UNIQUE (app_id, name)
) STRICT;
-- Deleting an account looks for what refers to it.
CREATE INDEX stores_by_maker ON stores (created_by);

-- Addresses that want no mail about an app, by the one-click link in a mail.
CREATE TABLE unsubscribed (
  app_id     TEXT NOT NULL REFERENCES apps (id),
  email      TEXT NOT NULL COLLATE NOCASE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, email)
) STRICT;

CREATE TABLE webhooks (
  id         TEXT PRIMARY KEY,
  app_id     TEXT NOT NULL REFERENCES apps (id),
  name       TEXT NOT NULL,
  url        TEXT NOT NULL,
  -- Signs each delivery, so it cannot be kept as a hash.
  secret     TEXT NOT NULL,
  enabled    INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_app ON webhooks (app_id);

CREATE TABLE webhook_deliveries (
  id           TEXT PRIMARY KEY,
  webhook_id   TEXT NOT NULL REFERENCES webhooks (id),
  release_id   INTEGER NOT NULL,
  -- The body that is sent, the same in every attempt.
  payload      TEXT NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  -- Of the newest attempt: the status, or why there is none.
  status       INTEGER,
  error        TEXT,
  delivered_at INTEGER,
  created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_at);

-- The documented three calls upload a package in one request; `replaces` is the release whose package it becomes.
ALTER TABLE uploads ADD COLUMN replaces INTEGER;
-- When its job was queued last, and when its last try began: a package on which a Worker ends without a word is not tried
-- for ever.
ALTER TABLE uploads ADD COLUMN queued_at INTEGER;
ALTER TABLE uploads ADD COLUMN last_try_at INTEGER;
CREATE INDEX uploads_by_app ON uploads (app_id, created_at);

-- Packages and icons in the store that nothing refers to any more, until a job has deleted them. What is only about to
-- be stored is noted here as well, to be deleted later unless something refers to it by then.
CREATE TABLE garbage (
  asset_id TEXT PRIMARY KEY,
  due_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX garbage_by_due ON garbage (due_at);

-- The picture that a manager uploaded for an app, in place of its releases' icon: its asset id, and its media type.
ALTER TABLE apps ADD COLUMN avatar_asset_id TEXT;
ALTER TABLE apps ADD COLUMN avatar_type TEXT;
CREATE INDEX apps_by_avatar ON apps (avatar_asset_id) WHERE avatar_asset_id IS NOT NULL;
