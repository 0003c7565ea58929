-- Every read of a job asks for its verdict and its case, closed ones too.
create index evaluation_by_job on evaluation (job_id, finished_at);
create index review_case_by_job on review_case (job_id, opened_at);
