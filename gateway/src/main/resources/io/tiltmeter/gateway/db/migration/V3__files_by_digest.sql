-- Whether anybody still needs some bytes is asked for each blob of the store.
create index training_file_by_digest on training_file (digest) where deleted_at is null;
