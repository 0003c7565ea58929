package io.tiltmeter.dashboards.page;

import org.jspecify.annotations.Nullable;

/**
 * What every page is set in.
 *
 * @param path path and query of this page, to come back to after a form
 * @param viewer null before sign-in
 * @param notice one sentence about what has just been done; null if nothing was
 */
public record Frame(String path, Theme theme, @Nullable Viewer viewer, @Nullable String notice) {

  /** The frame of a page for somebody who is signed in. */
  public static Frame of(String path, Theme theme, Viewer viewer) {
    return new Frame(path, theme, viewer, null);
  }

  /** The frame of a page for nobody in particular. */
  public static Frame signedOut(String path, Theme theme) {
    return new Frame(path, theme, null, null);
  }

  /** The same frame with a notice above the page. */
  public Frame withNotice(String sentence) {
    return new Frame(path, theme, viewer, sentence);
  }

  /** Whether the provider's own view is shown. */
  public boolean isStaff() {
    return viewer != null && viewer.staff();
  }

  /** The token for forms; empty before sign-in. */
  public String csrf() {
    return viewer == null ? "" : viewer.csrf();
  }
}
