import { tlsFailureOf } from '../../../src/sources/remote/tls-failure'

const coded = (code: string, message = 'any'): Error => Object.assign(new Error(message), { code })

test.each<[Error, string | undefined]>([
  [coded('CERT_HAS_EXPIRED', 'certificate has expired'), 'has expired'],
  [new Error('14 UNAVAILABLE: Last error: Error: certificate has expired'), 'has expired'],
  [coded('CERT_NOT_YET_VALID'), 'is not valid yet'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'is for another host'],
  [new Error("Hostname/IP does not match certificate's altnames: IP: …"), 'is for another host'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'is self-signed'],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'of an authority that is not trusted'],
  [
    new Error('self-signed certificate in certificate chain'),
    'of an authority that is not trusted',
  ],
  [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'of an authority that is not trusted'],
  [coded('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'of an authority that is not trusted'],
  [new Error('unable to get local issuer certificate'), 'of an authority that is not trusted'],
  [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'asks for a certificate of this client'],
  [coded('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'asks for a certificate of this client'],
  [new Error('0:error:0A000412:SSL routines::sslv3 alert bad certificate:…'), 'asks for a certi'],
  [
    new Error('SSL routines::tlsv1 alert certificate has expired'),
    'asks for a certificate of this',
  ],
  [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'speaks no TLS'],
  [new Error('SSL routines:ssl3_get_record:wrong version number:…'), 'speaks no TLS'],
  [coded('ECONNREFUSED', 'connect ECONNREFUSED'), undefined],
  [new Error('socket hang up'), undefined],
])('%s is of TLS: %s', (error, reason) => {
  const found = tlsFailureOf(error)
  expect(found?.[0]).toEqual(reason && expect.stringContaining(reason))
  if (found) expect(found[1]).not.toBe('')
})
