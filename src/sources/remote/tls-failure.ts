import { codeOf, messageOf } from '../../core/errors'

type Meaning = readonly [reason: string, advice: string]

export const CLIENT_CERTIFICATE: Meaning = [
  'it asks for a certificate of this client, or does not take the one that it got',
  'give cert and key that its authority has signed',
]

/** Whether a reason in words is that. */
export const isAboutClientCertificate = (reason: string): boolean =>
  reason.startsWith(CLIENT_CERTIFICATE[0])

/**
 * By a code of Node, or by the words of OpenSSL, which is all that some clients pass on. What a server
 * says to a client whose certificate it does not take differs from server to server.
 */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /CERT_HAS_EXPIRED|^(?!.*alert).*certificate has expired/s,
    ["the server's certificate has expired", 'renew it'],
  ],
  [
    /CERT_NOT_YET_VALID|certificate is not yet valid/,
    ["the server's certificate is not valid yet", 'correct the clocks'],
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/,
    ["the server's certificate is for another host", 'correct the URL or the certificate'],
  ],
  [
    /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed certificate(?! in)/,
    [
      "the server's certificate is self-signed",
      'trust it by the option agent, tls or ssl, or by NODE_EXTRA_CA_CERTS',
    ],
  ],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT_IN_CHAIN|unable to verify the first certificate|unable to get (?:local )?issuer certificate|self-signed certificate in/,
    [
      "the server's certificate is of an authority that is not trusted",
      'name its certificate by the option agent, tls or ssl, by ca in the URL of a store, or by NODE_EXTRA_CA_CERTS, and let the server send the whole chain',
    ],
  ],
  [
    /alert (?:bad certificate|certificate|unknown ca|unsupported cert|handshake failure)|ALERT_(?:BAD_CERT|CERT|UNKNOWN_CA|UNSUPPORTED_CERT|HANDSHAKE_FAILURE)/i,
    CLIENT_CERTIFICATE,
  ],
  [
    /wrong version number|packet length too long|WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/i,
    ['what answers there speaks no TLS', 'leave TLS out, or correct the port'],
  ],
]

/** What is wrong with TLS, and what to do about it; undefined where it is something else. */
export function tlsFailureOf(error: unknown): Meaning | undefined {
  const said = `${codeOf(error)} ${messageOf(error)}`
  return MEANINGS.find(([pattern]) => pattern.test(said))?.[1]
}
