/** What templates look like before and after a feature is taken out of them. The cases are in ./fixtures. */
import { join } from 'node:path'
import { forcedAs } from '../../../src/codemod/rewriting/answer'
import { removedFromTemplate } from '../../../src/codemod/templates/removed'
import { answersAs, renderers } from './rendered'
import { removalCases } from '../removal-cases'

const cases = removalCases(join(__dirname, 'fixtures')).map(({ file, after, ...one }) => ({
  ...one,
  engine: file,
  after: `${after.trimEnd()}\n`,
}))

const removed = (path: string, text: string, as: string): { text: string; left: string[] } => {
  const { text: after, left } = removedFromTemplate(path, text, forcedAs('x', as))
  return {
    text: after,
    left: left.map(({ at, why }) => {
      const before = text.slice(0, at).split('\n')
      return `${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${why}`
    }),
  }
}

test('there are enough cases', () => {
  expect(cases.length).toBeGreaterThan(70)
})

test.each(cases)('$engine: $title ($as)', ({ as, path, before, after, left }) => {
  expect(removed(path, before, as)).toEqual({ text: after, left })
  // A second run changes nothing.
  expect(removed(path, after, as).text).toBe(after)
})

/** What the cases name. */
const DATA = {
  user: { name: 'gary', toString: () => 'gary' },
  bill: { points: 3 },
  list: ['a'],
  items: [{ isShown: true }],
  b: true,
}
const READS_FILES = /include|partial|\{\{>/

test.each(cases.filter(({ left, before }) => left.length === 0 && !READS_FILES.test(before)))(
  '$engine shows the same before and after: $title ($as)',
  ({ as, path, before, after }) => {
    const render = renderers[path.replace(/.*\./, '')]
    const data = { ...DATA, show: String, features: answersAs(as) }
    const shown = (text: string): string | undefined =>
      render?.(text, data).replace(/\s+/g, ' ').trim()
    expect(shown(after)).toBe(shown(before))
    expect(shown(before)).toBeDefined()
  },
)
