package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.blob.Blob;
import java.time.Instant;

/** A part of an upload that is pending. */
record Part(String id, String uploadId, Blob blob, Instant createdAt) {}
