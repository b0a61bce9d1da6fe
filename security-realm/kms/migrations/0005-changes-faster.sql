-- Ciphertext and signatures do not compress: rows are kept whole in their pages instead of being tried each time.
alter table operation set (toast_tuple_target = 8160);
-- Versions and chain move with every change of a list, in place.
alter table resource set (fillfactor = 60);
