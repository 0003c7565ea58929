package io.tiltmeter.gateway.file;

import java.util.List;

/**
 * One page of files.
 *
 * @param firstId empty on an empty page: the official SDK wants a string there
 */
record FileListView(
    String object, List<FileView> data, String firstId, String lastId, boolean hasMore) {

  FileListView {
    data = List.copyOf(data);
  }

  /**
   * @param found with a limit of one more than the page's
   */
  static FileListView page(List<ShownFile> found, int limit) {
    List<FileView> data = found.stream().limit(limit).map(FileView::from).toList();
    return new FileListView(
        "list",
        data,
        data.isEmpty() ? "" : data.getFirst().id(),
        data.isEmpty() ? "" : data.getLast().id(),
        found.size() > limit);
  }
}
