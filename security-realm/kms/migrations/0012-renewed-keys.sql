-- A key that is being renewed has its successor beside it; the static key its predecessor, which clients know a while longer.
alter table realm_secret drop constraint realm_secret_name_check;
alter table realm_secret add constraint realm_secret_name_check
  check (name in ('static', 'receipt', 'link', 'authorization', 'tls', 'static-next', 'receipt-next', 'link-next', 'tls-next', 'static-before'));
