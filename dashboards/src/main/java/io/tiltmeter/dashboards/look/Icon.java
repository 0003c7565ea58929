package io.tiltmeter.dashboards.look;

/** Line icons on a square of 16 units, drawn in the colour of the text beside them. */
public enum Icon {
  CHECK("M2.8 8.6l3.4 3.4 7-7.6"),
  STOP("M5.2 1.6h5.6l3.6 3.6v5.6l-3.6 3.6H5.2l-3.6-3.6V5.2zM5.2 8h5.6"),
  PAUSE("M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6M6.4 5.6v4.8M9.6 5.6v4.8"),
  ALERT("M8 1.9l6.5 11.7h-13zM8 6.3v3.4M8 11.6v.3"),
  CLOCK("M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6M8 4.4V8l2.5 1.7"),
  DASH("M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6M5 8h6"),
  RING("M8 3.4a4.6 4.6 0 1 0 0 9.2A4.6 4.6 0 1 0 8 3.4"),
  INFO("M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6M8 7.2v3.9M8 4.7v.3"),
  SHIELD(
      "M8 1.4l5.4 2v4.3c0 3.3-2.3 5.6-5.4 6.9-3.1-1.3-5.4-3.6-5.4-6.9V3.4zM5.5 7.9l1.8 1.8 3.2-3.5"),
  STEER("M2 12.5h4.5a3 3 0 0 0 3-3V3.2M6.4 6.2l3.1-3.1 3.1 3.1");

  private final String path;

  Icon(String path) {
    this.path = path;
  }

  /** The {@code d} of an SVG path, for a stroke without fill. */
  public String path() {
    return path;
  }
}
