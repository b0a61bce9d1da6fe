CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL
);

-- A domain belongs to one organisation from the moment it is verified (here: when it is provisioned).
CREATE TABLE domains (
  domain text PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  verified_at timestamptz NOT NULL
);

CREATE TABLE people (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  name text NOT NULL,
  email text NOT NULL,
  -- The address as compared: two spellings of one mailbox are one person.
  email_key text NOT NULL UNIQUE,
  -- Name and address folded for search.
  search_key text NOT NULL,
  roles text[] NOT NULL,
  active boolean NOT NULL,
  password text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX people_by_organisation ON people (organisation_id);

CREATE TABLE invitations (
  -- Only the SHA-256 of the link's secret is kept.
  capability_hash bytea PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  name text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  roles text[] NOT NULL,
  invited_by uuid NOT NULL REFERENCES people,
  expires_at timestamptz NOT NULL
);

-- One per sign-in of a client; its id is the `sid` of every token that comes from it.
CREATE TABLE sessions (
  sid uuid PRIMARY KEY,
  person_id uuid REFERENCES people,
  client_id text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX live_sessions_by_person ON sessions (person_id) WHERE revoked_at IS NULL;

-- The row's lock orders the writers, so that numbers become visible in order and without a gap.
CREATE TABLE status_head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  seq bigint NOT NULL
);
INSERT INTO status_head (seq) VALUES (0);

CREATE TABLE status_entries (
  seq bigint PRIMARY KEY,
  entry jsonb NOT NULL
);

CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('token', 'feed', 'cookie')),
  public_jwk jsonb NOT NULL,
  sealed bytea NOT NULL,
  commit bytea NOT NULL,
  created_at timestamptz NOT NULL
);

-- What the OAuth server keeps. Codes, refresh tokens and cookies are secrets: only their SHA-256 is stored.
CREATE TABLE oidc_records (
  model text NOT NULL,
  id_hash bytea NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  uid text,
  consumed_at bigint,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (model, id_hash)
);
CREATE INDEX oidc_records_by_grant ON oidc_records (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX oidc_records_by_uid ON oidc_records (uid) WHERE uid IS NOT NULL;
CREATE INDEX oidc_records_by_expiry ON oidc_records (expires_at);

CREATE TABLE sign_in_attempts (
  -- SHA-256 of the account's or the network address: a guess at either is not worth keeping in clear.
  subject bytea PRIMARY KEY,
  failures integer NOT NULL,
  blocked_until timestamptz NOT NULL,
  last_at timestamptz NOT NULL
);

CREATE TABLE used_proofs (
  id_hash bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
