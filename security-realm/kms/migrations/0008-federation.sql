-- The key by which this realm shows itself to other realms, on both sides of TLS, and nothing else.
alter table realm_secret drop constraint realm_secret_name_check;
alter table realm_secret add constraint realm_secret_name_check
  check (name in ('static', 'receipt', 'link', 'authorization', 'tls'));

-- Key servers of other realms, from the first time that a certificate proved one: the key it was for.
create table peer (
  kms_host      text        primary key,
  fingerprint   bytea       not null check (octet_length(fingerprint) = 32), -- SHA-256 of SubjectPublicKeyInfo
  first_seen_at timestamptz not null,
  seen_at       timestamptz not null
);

-- Every key that a certificate of a peer was for, the present one among them.
create table peer_fingerprint (
  kms_host      text        not null references peer,
  fingerprint   bytea       not null check (octet_length(fingerprint) = 32),
  first_seen_at timestamptz not null,
  seen_at       timestamptz not null,
  primary key (kms_host, fingerprint)
);

-- What peers sign receipts with: an old receipt is verified long after its key was replaced.
create table peer_receipt_key (
  kms_host      text        not null references peer,
  kid           text        not null,
  public_key    bytea       not null check (octet_length(public_key) = 32), -- Ed25519
  first_seen_at timestamptz not null,
  primary key (kms_host, kid)
);
