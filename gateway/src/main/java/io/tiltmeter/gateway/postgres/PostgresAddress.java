package io.tiltmeter.gateway.postgres;

/** TEMP */
public record PostgresAddress(
    String host, int port, String database, String user, String password) {}
