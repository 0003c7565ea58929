-- What the rows of a training file teach with; null for files that were scanned before this was
-- kept, all of which hold supervised chats.
alter table training_file add column method text;
