-- A file whose share was deleted: its ciphertext goes after the commit, or when a start finds that it had no time to.
alter table files drop constraint files_state_check;
alter table files add constraint files_state_check check (state in ('open', 'uploaded', 'finished', 'deleted'));
create index files_deleted on files (id) where state = 'deleted';
