import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TLS, tlsOfQuery } from '../../../src/sources/stores/tls'
import { tempDir } from '../../support/temp-dir'

const query = (text: string): URLSearchParams => new URLSearchParams(text)

test('a URL that says nothing of TLS asks for none', () => {
  expect(tlsOfQuery('store', query('region=eu'))).toBeUndefined()
})

test('tls=true trusts whom Node trusts', () => {
  expect(tlsOfQuery('store', query('tls=true'))).toEqual({})
})

test('the paths of PEM files are read', () => {
  const path = join(tempDir(), 'ca.pem')
  writeFileSync(path, 'PEM')
  const tls = tlsOfQuery('store', query(`ca=${encodeURIComponent(path)}`))
  expect(tls).toEqual({ ca: Buffer.from('PEM') })
})

test('a file that is not there is named', () => {
  expect(() => tlsOfQuery('store', query('key=/nowhere/key.pem'))).toThrow(
    'store: key in the URL is "/nowhere/key.pem"; give the path of a file (ENOENT',
  )
})

test.each([[true], [{}], [{ ca: 'PEM' }], [{ ca: Buffer.from('PEM'), cert: 'PEM', key: 'PEM' }]])(
  'the option may be %j',
  (value) => {
    expect(TLS.fits(value)).toBe(true)
  },
)

test.each([[false], ['PEM'], [{ ca: 5 }], [{ rejectUnauthorized: false }]])(
  'the option cannot be %j',
  (value) => {
    expect(TLS.fits(value)).toBe(false)
  },
)
