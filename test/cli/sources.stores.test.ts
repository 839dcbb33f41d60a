/** FILE may be the URL of a store: each command reads what a process that follows it would have in force. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shownUrl } from '../../src/cli/sources'
import { openKeyStore } from '../../src/sources/open-key-store'
import { tempDir } from '../support/temp-dir'
import { liveflag } from './captured-terminal'

const URL_OF_STORE = 'memory:commands'

const put = async (text: string | undefined): Promise<void> => {
  const store = openKeyStore(URL_OF_STORE)
  await store.write([{ key: '', bytes: text === undefined ? text : Buffer.from(text) }])
  await store.close()
}

test.each([
  ['feature_a: on\n', 'YAML'],
  ['{"feature_a": "on"}', 'JSON'],
  ['[live_config]\nfeature_a = on\n', 'ini'],
])('%j is read as the %s that it is', async (text) => {
  await put(text)
  expect(await liveflag(['eval', URL_OF_STORE])).toMatchObject({ code: 0, out: 'a  ON   static\n' })
})

test.each([
  ['check', []],
  ['explain', ['a']],
  ['owners', []],
  ['types', []],
])('%s reads a store', async (command, rest) => {
  await put('feature_a: {owner: shop, percent_loggedin: 50}\n')
  expect(await liveflag([command, URL_OF_STORE, ...rest])).toMatchObject({ code: 0, err: '' })
})

test('a problem has the name of the store and its line', async () => {
  await put('feature_a: on\nfeature_b: {users: [ann\n')
  const { code, out } = await liveflag(['check', URL_OF_STORE])
  expect(code).toBe(1)
  expect(out).toContain('memory:commands:2:')
})

test('a key that is not there is a problem', async () => {
  await put(undefined)
  const { code, out, err } = await liveflag(['check', URL_OF_STORE])
  expect(code).toBe(1)
  expect(out + err).toContain('there is nothing under its key; publish a live config there')
})

test.each([
  'redis+tls://ann:s3cret@h/0',
  'mongodb://ann:s3cret@h/0',
  'FTP://ann:s3cret@h/live.yaml',
  'jdbc:postgres://ann:s3cret@h/db',
  'store:postgres://ann:s3cret@h/db',
  'edits:postgres://ann:s3cret@h/db',
])('%s is no path and of no known kind, and is refused without being repeated', async (url) => {
  for (const args of [['check'], ['eval'], ['watch'], ['serve'], ['edit'], ['owners']]) {
    const [command = ''] = args
    const rest = command === 'edit' ? ['a', 'on'] : []
    const { code, out, err } = await liveflag([command, url, ...rest])
    expect([command, code]).toEqual([command, 2])
    expect(out + err).not.toContain('s3cret')
  }
  const { err } = await liveflag(['check', url])
  expect(err).toContain('this URL is of no kind that is known; give a path, an http or https URL')
})

test.each([
  ['diff', 'URL', 'FILE'],
  ['diff', 'FILE', 'URL@17'],
  ['at', '2026-11-01', 'URL', 'a'],
  ['bisect', 'URL', 'a', '--world', '{}'],
  ['sync', 'FILE', '--from', 'URL', '--once'],
  ['sync', 'FILE', '--from', 'memory:x', '--fleet', '--health-url', 'URL'],
  ['history', 'URL'],
  ['publish', 'FILE', '--to', 'URL'],
])('%s %s %s %s repeats no URL of another kind, which may have a password', async (...args) => {
  const file = join(mkdtempSync(join(tempDir(), 'urls-')), 'live.yaml')
  writeFileSync(file, 'feature_a: on\n')
  for (const url of ['edits:postgres://ann:s3cret@h/db', 'jdbc:postgres://ann:s3cret@h/db']) {
    const given = args.map((arg) => arg.replace('URL', url).replace('FILE', file))
    const { code, out, err } = await liveflag(given)
    expect(code).toBe(2)
    expect(err).not.toBe('')
    expect(out + err).not.toContain('s3cret')
  }
  expect(existsSync(`${file}.status.json`)).toBe(false)
})

test.each([
  ['check', 'ONE', 'ONE'],
  ['check', '--against', 'HEAD', 'ONE'],
  ['explain', 'ONE', 'nothing'],
  ['bisect', 'ONE', 'a'],
  ['sync', 'ONE', '--from', 'live.yaml'],
  ['remove', 'ONE', 'a'],
])('%s %s %s %s shows no password of a URL', async (...args) => {
  const url = 'redis://ann:s3cret@127.0.0.1:1/0'
  const { code, out, err } = await liveflag(args.map((one) => (one === 'ONE' ? url : one)))
  expect(code).toBeGreaterThan(0)
  expect(out + err).not.toContain('s3cret')
})

test.each([
  ['redis://ann:secret@h/0', 'redis://h/0?key=live'],
  ['postgres://ann:secret@h/d?key=shop', 'postgres://h/d?key=shop'],
  ['https://ann:secret@h/live.json?token=secret', 'https://h/live.json?token=…'],
])('%s is shown as %s, also in what is generated', (url, shown) => {
  expect(shownUrl(url)).toBe(shown)
})
