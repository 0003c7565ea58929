package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.Incoming;
import io.tiltmeter.gateway.http.Multipart;
import io.tiltmeter.gateway.http.RequestException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * A file of a form that is on disk completely; closing it removes it again unless it was kept.
 *
 * @param incoming finished
 */
public record FormFile(Incoming incoming, Blob blob, FileWork work) implements AutoCloseable {
  /**
   * Takes the content of the form's current field, in the memory of two pieces of it.
   *
   * @param limit bytes that it may have
   * @param tooLarge what to throw if it has more
   * @throws RequestException with status 400 if the form ends early, 507 if there is no room;
   *     nothing is left of it then
   */
  public static FormFile receive(
      Multipart form, FileWork work, long limit, Supplier<RequestException> tooLarge) {
    Incoming incoming = work.receive();
    try (WriteBehind out = new WriteBehind(work, incoming)) {
      long size = 0;
      boolean isMore = true;
      while (isMore) {
        ByteBuffer piece = out.piece();
        isMore = form.fill(piece);
        size += piece.position();
        if (size > limit) {
          throw tooLarge.get();
        }
        out.write();
      }
      out.end();
      return new FormFile(incoming, work.finish(incoming), work);
    } catch (RuntimeException | Error e) {
      work.close(incoming);
      throw e;
    }
  }

  @Override
  public void close() {
    work.close(incoming);
  }
}
