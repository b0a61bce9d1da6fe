-- What the realms were told of a person, in order: whether somebody has left is asked by those who hear of their own people alone.
CREATE INDEX person_entries ON status_entries ((entry->>'id'), seq) WHERE entry->>'kind' = 'person';
