import { createCipheriv } from 'node:crypto'
import { LiveflagError } from '../../src/core/errors'
import { secureAttribute } from '../../src/growthbook/evaluate'
import { decrypt, growthbook } from '../../src/sources/growthbook'

const KEY = 'AAECAwQFBgcICQoLDA0ODw=='
const IV = 'EBESExQVFhcYGRobHB0eHw=='
const CONTENT = 'dn+mCWdaqSmwZtJ+VpM4B/nIFzodgTk+I1TfnbQxIFo='

function encrypt(plain: Buffer, padding = true): string {
  const cipher = createCipheriv(
    'aes-128-cbc',
    Buffer.from(KEY, 'base64'),
    Buffer.from(IV, 'base64'),
  ).setAutoPadding(padding)
  return `${IV}.${Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')}`
}

describe('decrypt', () => {
  test.each([
    ['the published vector', `${IV}.${CONTENT}`],
    ['what follows a second dot is not looked at', `${IV}.${CONTENT}.!!`],
  ])('%s', (_, text) => expect(decrypt(text, KEY)).toBe('{"f":{"defaultValue":"é"}}'))

  test('the text need not be JSON', () =>
    expect(decrypt(encrypt(Buffer.from('no {json')), KEY)).toBe('no {json'))

  test.each<[what: string, text: string, key: string]>([
    ['there is no dot', IV + CONTENT, KEY],
    ['there is no text', '', KEY],
    ['there is nothing after the dot', `${IV}.`, KEY],
    [
      'the iv has a character that is not base64, which a lenient decoder would pass over',
      `EBESExQVFhcYGRobHB0e*Hw==.${CONTENT}`,
      KEY,
    ],
    ['the iv has such characters in place of others', `EBES*xQVFhcYGRobHB0eHw==.${CONTENT}`, KEY],
    ['the iv is short', `EBESExQVFhcYGRobHB0e.${CONTENT}`, KEY],
    ['the iv is long', `EBESExQVFhcYGRobHB0eHyA=.${CONTENT}`, KEY],
    ['the iv lacks its padding', `EBESExQVFhcYGRobHB0eHw.${CONTENT}`, KEY],
    ['the content has spaces', `${IV}. ${CONTENT}`, KEY],
    [
      'the content uses the alphabet of URLs',
      `${IV}.${CONTENT.replace('+', '-').replace('/', '_')}`,
      KEY,
    ],
    ['the content has padding in its middle', `${IV}.dn+m=Wda${CONTENT.slice(8)}`, KEY],
    ['the content is cut short', `${IV}.${CONTENT.slice(0, 24)}`, KEY],
    ['the padding within is wrong', encrypt(Buffer.alloc(16, 0x41), false), KEY],
    ['the text within is not UTF-8', encrypt(Buffer.from([0xc3, 0x28])), KEY],
    ['the key is another one', `${IV}.${CONTENT}`, 'DwECAwQFBgcICQoLDA0ODw=='],
    ['the key is short', `${IV}.${CONTENT}`, 'AAEC'],
    ['the key is empty', `${IV}.${CONTENT}`, ''],
    ['the key is not base64', `${IV}.${CONTENT}`, 'AAECAwQFBgcICQoLDA0OD*=='],
  ])('throws LIVEFLAG_DECRYPT when %s', (_, text, key) => {
    expect(() => decrypt(text, key)).toThrow(
      expect.objectContaining({ name: 'LiveflagError', code: 'LIVEFLAG_DECRYPT' }),
    )
  })

  test('keeps the cause, and shows neither the key nor the text', () => {
    const attempt = (): string => decrypt(`${IV}.${CONTENT}`, 'DwECAwQFBgcICQoLDA0ODw==')
    expect(attempt).toThrow(LiveflagError)
    try {
      attempt()
    } catch (error) {
      expect((error as LiveflagError).cause).toHaveProperty('message')
      expect((error as LiveflagError).message).not.toContain('DwEC')
    }
  })
})

describe('a secure attribute', () => {
  test.each<[salt: string, value: string | number, hash: string]>([
    ['', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['ab', 'c', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['', 'é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
  ])('of %p and %p is %s', (salt, value, hash) => expect(secureAttribute(salt, value)).toBe(hash))

  test('of a number is that of its text', () =>
    expect(secureAttribute('s', 5)).toBe(secureAttribute('s', '5')))
})

describe('a text that is tried', () => {
  const source = growthbook({
    apiHost: 'http://127.0.0.1:9',
    clientKey: 'sdk-k',
    decryptionKey: KEY,
  })

  test('is decrypted as the source decrypts its own', () => {
    const text = JSON.stringify({ encryptedFeatures: `${IV}.${CONTENT}` })
    expect(source.read?.(text).content?.decrypted).toMatchObject([
      { key: 'features', value: { f: { defaultValue: 'é' } } },
    ])
  })

  test.each(['{"encryptedFeatures": "no"}', '{}', 'no JSON'])(
    'and cannot be read is refused: %s',
    (text) => {
      const { content, problem } = source.read?.(text) ?? {}
      expect([content, problem]).toEqual([
        undefined,
        expect.objectContaining({ code: 'syntax', severity: 'error' }),
      ])
    },
  )
})
