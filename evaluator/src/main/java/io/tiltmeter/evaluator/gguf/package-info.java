/** GGUF files, read as untrusted input and written as Hugging Face model directories. */
@NullMarked
package io.tiltmeter.evaluator.gguf;

import org.jspecify.annotations.NullMarked;
