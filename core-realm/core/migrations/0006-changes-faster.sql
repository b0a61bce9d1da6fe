-- What a newer receipt decided about a person is looked for among the newer ones alone: a room's history may be long.
drop index intents_access;
create index intents_access on intents (room_id, authorization_version)
  where state = 'applied' and kind not in ('updateKey', 'addKey');

-- Rows of ciphertext and signatures, which do not compress: kept whole in their pages instead of being tried each time.
alter table intents set (toast_tuple_target = 8160);
alter table activities set (toast_tuple_target = 8160);
