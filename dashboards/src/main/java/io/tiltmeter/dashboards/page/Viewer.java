package io.tiltmeter.dashboards.page;

/**
 * Who is signed in.
 *
 * @param name the person, or the tenant of a customer's key
 * @param staff whether the provider's own view is shown
 * @param csrf the token that every form sends back in the field {@code csrf}
 */
public record Viewer(String name, boolean staff, String csrf) {}
