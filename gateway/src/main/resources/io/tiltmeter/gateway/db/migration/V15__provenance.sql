-- Where a training file comes from, as its uploader says.
alter table training_file
  add column source text not null default 'unknown'
    check (source in ('curated', 'licensed', 'synthetic', 'user_influenced', 'web', 'unknown')),
  add column origin text,
  add column croissant text;

-- For each line that a finding lists, the first line of the finding that it is much like; null for
-- findings from before that was looked at.
alter table scan_finding add column alike bigint[];
