-- One open invitation a host; a newer one replaces it. Only the SHA-256 of the code's secret is kept.
CREATE TABLE realm_invitations (
  kms_host text PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  secret_hash bytea NOT NULL,
  -- The operator says that the host is the organisation's, though it lies under none of its domains.
  vouched boolean NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- The key servers that joined; those of the configuration are not here.
CREATE TABLE realms (
  kms_host text PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  vouched boolean NOT NULL,
  link_key jsonb NOT NULL,
  receipt_key jsonb NOT NULL,
  tls_key jsonb NOT NULL,
  -- Newest first; what was signed by them stays verifiable.
  earlier_receipt_keys jsonb NOT NULL,
  joined_at timestamptz NOT NULL,
  -- When the realm made its newest statement, by its clock: an older one is a replay.
  stated_at timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE UNIQUE INDEX standing_realm_of_organisation ON realms (organisation_id) WHERE withdrawn_at IS NULL;
