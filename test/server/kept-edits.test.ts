/** The texts that a live config had, by the log of a server. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { SqlEditLog } from '../../src/server/admin/edits/sql-edit-log'
import { diffOf } from '../../src/server/admin/edits/prepare'
import { openDatabase } from '../../src/server/database'
import { readKeptEdits } from '../../src/server/kept-edits'
import { contentHash } from '../../src/sources/bytes'
import { tempDir } from '../support/temp-dir'

const folder = tempDir()
let files = 0

interface Written {
  readonly text: string
  /** Left out: one that can be read. */
  readonly isUnreadable?: true
  readonly diff?: string
}

/** The file of a server that saw these texts, the oldest first. */
function logOf(texts: readonly Written[], mark = ''): string {
  const path = join(folder, `${++files}.db`)
  const database = openDatabase(path, 'test')
  const log = new SqlEditLog(database)
  const hashOf = (text: string): string => contentHash(mark + text)
  let readable: string | undefined
  for (const [i, { text, isUnreadable, diff }] of texts.entries()) {
    const before = texts[i - 1]?.text
    const kept = isUnreadable ? (readable ?? null) : text
    const seen = { hash: hashOf(text), text: kept }
    if (before === undefined) log.see('live.yaml', seen)
    else
      log.addOutside(
        {
          ...{ at: i, by: null, reason: null, kind: 'outside', source: 'live.yaml', entries: [] },
          diff: diff ?? diffOf('live.yaml', readable ?? '', text),
          ...{ hashBefore: hashOf(before), hashAfter: seen.hash },
          ...{ rollsBack: null, proposal: null, approvedBy: null },
        },
        seen,
        () => true,
      )
    readable = kept ?? undefined
  }
  database.close()
  return path
}

const textsOf = (path: string) =>
  readKeptEdits(path, 'test').flatMap((kept) => [...kept.texts()].map(({ text }) => text))

const lines = fc
  .array(fc.constantFrom('a: on', 'b: off', 'c: 1', '', '  x: y', 'ü: "✓"'), { maxLength: 12 })
  .chain((list) =>
    fc.tuple(fc.constantFrom('\n', '\r\n'), fc.boolean()).map(([end, isWhole]) => {
      const text = list.join(end)
      return isWhole ? text + end : text
    }),
  )

test('every text that was ever there is had again, byte for byte', () => {
  fc.assert(
    fc.property(
      fc.array(lines, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('', '\uFEFF'),
      (all, mark) => {
        // An edit changes something.
        const texts = all.filter((text, i) => text !== all[i - 1])
        const path = logOf(
          texts.map((text) => ({ text })),
          mark,
        )
        expect(textsOf(path)).toEqual(texts.toReversed())
      },
    ),
    { numRuns: 40 },
  )
})

test('so is one that could not be read, and what was before it', () => {
  const path = logOf([
    { text: 'a: 1\n' },
    { text: 'a: [\n', isUnreadable: true },
    { text: 'a: 2\n' },
    { text: 'a: 3\n' },
  ])
  expect(textsOf(path)).toEqual(['a: 3\n', 'a: 2\n', 'a: [\n', 'a: 1\n'])
})

test('what changed too much at once for the log ends it: nothing is guessed', () => {
  const path = logOf([
    { text: 'a: 1\n' },
    { text: 'a: 2\n' },
    { text: 'b: 1\n', diff: 'More changed than the log stores.\n' },
    { text: 'b: 2\n' },
  ])
  expect(textsOf(path)).toEqual(['b: 2\n', 'b: 1\n', undefined, undefined])
})

test('an edit that is on its way is no edit', () => {
  const path = logOf([{ text: 'a: 1\n' }])
  const database = openDatabase(path, 'test')
  new SqlEditLog(database).begin({
    ...{ at: 1, by: 'ann', reason: 'x', kind: 'edit', source: 'live.yaml', entries: [], diff: '' },
    ...{ hashBefore: 'a', hashAfter: 'b', rollsBack: null, proposal: null, approvedBy: null },
  })
  // The server is still there.
  expect(textsOf(path)).toEqual(['a: 1\n'])
  database.close()
})

test.each([
  ['no file', 'nothing.db'],
  ['no database', 'text.db'],
])('%s is refused, and not made', (_, name) => {
  const path = join(folder, name)
  writeFileSync(join(folder, 'text.db'), 'feature_a: on\n')
  expect(() => readKeptEdits(path, 'edits:')).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }) as Error,
  )
  expect(() => readKeptEdits(path, 'edits:')).toThrow(path)
})
