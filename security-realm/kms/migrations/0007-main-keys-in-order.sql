-- In which order an organisation got its main keys.
alter table master_key add column seq bigint generated always as identity;
-- A main key has one material for its life (docs/wires.md §5).
alter table kek drop column hsm_key_version;
