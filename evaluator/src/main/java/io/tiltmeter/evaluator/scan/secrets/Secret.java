package io.tiltmeter.evaluator.scan.secrets;

import java.util.Locale;

/** What should not be in a training file, by kind. */
public enum Secret {
  /** A private key in PEM armour (RFC 7468). */
  PRIVATE_KEY,
  /** A key or token with the prefix of the provider that issued it. */
  PROVIDER_TOKEN,
  /** A signed JSON web token (RFC 7519). */
  JSON_WEB_TOKEN,
  /** A value of high entropy that is assigned to something called a password, key or token. */
  ASSIGNED_SECRET,
  /** A link with a user's password in it. */
  LINK_PASSWORD,
  /** A number of a payment card, with a right check digit (ISO/IEC 7812-1, Luhn). */
  CARD_NUMBER,
  /** A bank account number with right check digits (ISO 13616, ISO/IEC 7064 MOD 97-10). */
  IBAN,
  EMAIL_ADDRESS,
  PHONE_NUMBER;

  /** A bit of its own in a set of kinds. */
  // Such sets live within one scan; none is stored.
  @SuppressWarnings("EnumOrdinal")
  int bit() {
    return 1 << ordinal();
  }

  /** Whether it gives access to something; else it is about a person. */
  public boolean isCredential() {
    return this != EMAIL_ADDRESS && this != PHONE_NUMBER;
  }

  /** The name used in files and messages: lower case with hyphens. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
