-- Claimed and not proven: any number of organisations may claim the same domain until one proves it.
CREATE TABLE domain_claims (
  organisation_id uuid NOT NULL REFERENCES organisations,
  domain text NOT NULL,
  -- What the organisation's DNS record has to say; another for each claim.
  challenge text NOT NULL,
  claimed_at timestamptz NOT NULL,
  claimed_by uuid NOT NULL REFERENCES people,
  PRIMARY KEY (organisation_id, domain)
);

-- `domains` holds verified ones alone; its primary key makes each one organisation's and nobody else's.
ALTER TABLE domains
  ADD COLUMN claimed_at timestamptz,
  -- Null for those that provisioning made.
  ADD COLUMN claimed_by uuid REFERENCES people,
  ADD COLUMN verified_by uuid REFERENCES people,
  ADD COLUMN proof text NOT NULL DEFAULT 'operator' CHECK (proof IN ('dns', 'operator'));
UPDATE domains SET claimed_at = verified_at;
ALTER TABLE domains
  ALTER COLUMN claimed_at SET NOT NULL,
  ALTER COLUMN proof DROP DEFAULT,
  ADD CHECK ((proof = 'dns') = (claimed_by IS NOT NULL AND verified_by IS NOT NULL));
CREATE INDEX domains_by_organisation ON domains (organisation_id);

-- The newest entry about each key server is the directory.
CREATE INDEX realm_entries ON status_entries ((entry->>'kmsHost'), seq DESC) WHERE entry->>'kind' = 'realm';
