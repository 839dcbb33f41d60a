import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { PageFiles } from '../../src/server/page-files'
import { tempDir } from '../support/temp-dir'

function folderWith(assets: Readonly<Record<string, string | Buffer>>): string {
  const folder = tempDir()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<html><head></head></html>')
  for (const [name, content] of Object.entries(assets))
    writeFileSync(join(folder, 'assets', name), content)
  return folder
}

const files = new PageFiles(
  folderWith({
    'a.js': 'let a',
    'a.js.gz': gzipSync('let a'),
    'b.css': 'b {}',
    'notes.txt': 'not of the page',
  }),
)

test.each([
  ['gzip', 'gzip'],
  ['GZIP ; q=0.5', 'gzip'],
  ['br', undefined],
  ['gzip;q=0', undefined],
  ['gzip;q=0.000', undefined],
  ['x-gzip', undefined],
  ['', undefined],
])('for Accept-Encoding %j a file that has only gzip beside it is sent as %s', (accepted, as) => {
  const sent = files.asset('a.js')?.encoded(accepted)
  expect(sent?.encoding).toBe(as)
  const content = sent?.content ?? new Uint8Array()
  expect(Buffer.from(as ? gunzipSync(content) : content).toString()).toBe('let a')
})

test('a file has the type of its ending, and one of another kind is not served', () => {
  expect(files.asset('b.css')?.type).toBe('text/css; charset=utf-8')
  expect(files.asset('notes.txt')).toBeUndefined()
  expect(files.asset('a.js.gz')).toBeUndefined()
})

test('a document says where its files are, and has a tag of its own for each place', () => {
  const [here, above] = [files.document('./'), files.document('../')]
  const { content } = above.encoded('br')
  expect(brotliDecompressSync(content).toString()).toContain('<base href="../" />')
  expect(here.tag).not.toBe(above.tag)
  expect(files.document('./')).toBe(here)
})
