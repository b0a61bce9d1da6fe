-- A machine account: an id and a key, specially authorized by an organisation's administrator for one purpose (R341).
CREATE TABLE machines (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  purpose text NOT NULL,
  public_jwk jsonb NOT NULL,
  -- RFC 7638
  thumbprint text NOT NULL,
  active boolean NOT NULL,
  created_at timestamptz NOT NULL,
  -- Null for those that provisioning made.
  created_by uuid REFERENCES people,
  removed_at timestamptz,
  removed_by uuid REFERENCES people
);
CREATE INDEX machines_by_organisation ON machines (organisation_id);
CREATE UNIQUE INDEX machines_by_key ON machines (organisation_id, thumbprint) WHERE active;

-- A function without a row was never switched: it is off (R400).
CREATE TABLE functions (
  organisation_id uuid NOT NULL REFERENCES organisations,
  purpose text NOT NULL,
  enabled boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by uuid NOT NULL REFERENCES people,
  PRIMARY KEY (organisation_id, purpose)
);

CREATE TABLE cases (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  reference text NOT NULL,
  officer uuid NOT NULL REFERENCES people,
  custodians uuid[] NOT NULL,
  expires_at timestamptz NOT NULL,
  opened_by uuid NOT NULL REFERENCES people,
  opened_at timestamptz NOT NULL,
  approved_by uuid REFERENCES people,
  approved_at timestamptz,
  closed_by uuid REFERENCES people,
  closed_at timestamptz,
  -- Two people decide, whatever the program above does.
  CHECK (approved_by <> opened_by)
);
CREATE INDEX cases_by_organisation ON cases (organisation_id);

-- Entries about people tell who administers; those written before this did not.
WITH administrators AS (
  SELECT id, organisation_id, active, row_number() OVER (ORDER BY created_at, id) AS place
  FROM people WHERE 'full-admin' = ANY (roles)
)
INSERT INTO status_entries (seq, entry)
SELECT status_head.seq + place, jsonb_build_object(
  'kind', 'person', 'id', id, 'organisationId', organisation_id, 'active', active, 'roles', jsonb_build_array('full-admin'))
FROM administrators, status_head;

UPDATE status_head SET seq = (SELECT coalesce(max(seq), 0) FROM status_entries);
