package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A look into the database of a home, for what no API shows. */
public final class Rows {
  private Rows() {}

  /** The first column of what a query finds, as text. */
  public static List<String> of(Path home, String query, String... values) {
    try (Connection connection = connect(home);
        PreparedStatement statement = connection.prepareStatement(query)) {
      for (int at = 0; at < values.length; at++) {
        statement.setString(at + 1, values[at]);
      }
      List<String> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(String.valueOf(rows.getString(1)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("the database of the home cannot be asked: " + e, e);
    }
  }

  private static Connection connect(Path home) throws SQLException {
    try {
      return DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:%s/tiltmeter"
              .formatted(Files.readString(home.resolve("postgres/port")).strip()),
          "tiltmeter",
          Files.readString(home.resolve("keys/database.password")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
