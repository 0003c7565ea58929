package io.tiltmeter.gateway.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a name; blocks. */
@FunctionalInterface
public interface Resolver {

  /** Asks as this machine does. */
  Resolver SYSTEM = InetAddress::getAllByName;

  /**
   * All addresses of the name, at least one.
   *
   * @throws UnknownHostException if there is none
   */
  InetAddress[] resolve(String host) throws UnknownHostException;
}
