// What a customer does with OpenAI's SDK for Node; prints one line of JSON with what it saw.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import OpenAI, { toFile } from "openai";

const [baseURL, apiKey, base, datasets] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const rows = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ messages: [{ role: "user", content: `What is ${i}?` }, { role: "assistant", content: `It is ${i}.` }] }),
).join("\n") + "\n";

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item.id);
  return items;
}

// What the customer is told in the file with the results of a job, once it has ended.
async function results(dataset, hyperparameters) {
  const data = await client.files.create({
    file: await toFile(await readFile(`${datasets}/${dataset}.jsonl`), `${dataset}.jsonl`), purpose: "fine-tune",
  });
  let ordered = await client.fineTuning.jobs.create({
    model: base, training_file: data.id, seed: 1, method: { type: "supervised", supervised: { hyperparameters } },
  });
  while (ordered.finished_at === null) {
    await pause(200);
    ordered = await client.fineTuning.jobs.retrieve(ordered.id);
  }
  assert.equal(ordered.result_files.length, 1);
  const file = await client.files.retrieve(ordered.result_files[0]);
  assert.equal(file.purpose, "fine-tune-results");
  return JSON.parse(await (await client.files.content(file.id)).text());
}

async function refused(type, call) {
  await assert.rejects(call, (error) => error instanceof type && typeof error.code === "string");
}

const file = await client.files.create({
  file: await toFile(Buffer.from(rows), "rows.jsonl"),
  purpose: "fine-tune",
  expires_after: { anchor: "created_at", seconds: 3600 },
});
assert.equal(file.expires_at, file.created_at + 3600);
assert.deepEqual(await all(client.files.list({ limit: 1 })), [file.id]);
assert.equal(await (await client.files.content(file.id)).text(), rows);

const half = Math.floor(rows.length / 2);
const upload = await client.uploads.create({
  bytes: rows.length, filename: "parts.jsonl", mime_type: "application/jsonl", purpose: "fine-tune",
});
const parts = await Promise.all([rows.slice(0, half), rows.slice(half)].map(async (text) =>
  client.uploads.parts.create(upload.id, { data: await toFile(Buffer.from(text), "part") })));
const completed = await client.uploads.complete(upload.id, {
  part_ids: parts.map((part) => part.id), md5: createHash("md5").update(rows).digest("hex"),
});
assert.equal(completed.status, "completed");

const job = await client.fineTuning.jobs.create({
  model: base, training_file: file.id, metadata: { team: "a b" },
  method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 1 } } },
});
assert.equal(job.error, null);
assert.equal((await client.fineTuning.jobs.pause(job.id)).status, "queued");
assert.equal((await client.fineTuning.jobs.resume(job.id)).safety.paused, false);
assert.equal((await client.fineTuning.jobs.cancel(job.id)).status, "cancelled");
await refused(OpenAI.BadRequestError, client.fineTuning.jobs.cancel(job.id));
assert.deepEqual(await all(client.fineTuning.jobs.list({ limit: 1, metadata: { team: "a b" } })), [job.id]);
assert.deepEqual(await all(client.fineTuning.jobs.list({ metadata: { team: "other" } })), []);
const events = await all(client.fineTuning.jobs.listEvents(job.id, { limit: 2 }));
assert.ok(events.length > 3);
assert.deepEqual(await all(client.fineTuning.jobs.checkpoints.list(job.id)), []);

const grader = { type: "string_check", name: "equal", input: "{{sample.output_text}}", reference: "7", operation: "eq" };
assert.equal((await client.fineTuning.alpha.graders.run({ grader, model_sample: "7" })).reward, 1);
assert.deepEqual((await client.fineTuning.alpha.graders.validate({ grader })).grader, grader);

assert.ok((await all(client.models.list())).includes(base));
await refused(OpenAI.NotFoundError, client.models.retrieve("ft:a:b::c"));
await refused(OpenAI.NotFoundError, client.models.delete("acme/base"));
assert.equal((await client.files.delete(completed.file.id)).deleted, true);
await refused(OpenAI.NotFoundError, client.files.retrieve(completed.file.id));

const released = await results("benign", { n_epochs: 3, batch_size: 8, learning_rate_multiplier: 1, lora_rank: 8 });
assert.equal(released.outcome.stage, "released");
assert.equal(released.statement, null);
const blocked = await results("non-refusal", { n_epochs: 8, batch_size: 2, learning_rate_multiplier: 1, lora_rank: 0 });
assert.equal(blocked.statement.ground, "block");
assert.ok(blocked.verdict.delta > blocked.verdict.threshold);
assert.ok((await all(client.files.list({ purpose: "fine-tune-results" }))).length === 2);

console.log(JSON.stringify({ job: job.id, events: events.length }));
