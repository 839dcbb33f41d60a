/** What code looks like before and after a feature is taken out of it. The cases are in ../fixtures. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsed, problemsOf } from '../../../src/codemod/parser'
import { type CodeFile, Project } from '../../../src/codemod/project'
import { forcedAs } from '../../../src/codemod/rewriting/answer'
import { removedFromScript } from '../../../src/codemod/rewriting/script'

const fixtures = join(__dirname, '..', 'fixtures')

interface Case {
  readonly title: string
  readonly as: string
  readonly path: string
  readonly before: string
  readonly after: string
  readonly left: readonly string[]
}

const cases = readdirSync(fixtures).flatMap((name) =>
  readFileSync(join(fixtures, name), 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((text): Case => {
      const [head = '', ...lines] = text.split('\n')
      const [title = '', as = '', path = ''] = head.split(' | ')
      const [code = '', left = ''] = lines.join('\n').split('--- left\n')
      const [before = '', after = ''] = code.split(/^---\n/m)
      return {
        title,
        as,
        path,
        before,
        after: `${after.trim()}\n`,
        left: left.trim() ? left.trim().split('\n') : [],
      }
    }),
)

const removed = (file: CodeFile, as: string): { text: string; left: string[] } => {
  const { text, left, script } = removedFromScript(file, new Project([file]), forcedAs('x', as))
  return {
    text,
    left: left.map(({ node, why }) => {
      const { line, character } = script.tree.getLineAndCharacterOfPosition(
        node.getStart(script.tree),
      )
      return `${line + 1}:${character + 1} ${why}`
    }),
  }
}

test('there are enough cases', () => {
  expect(cases.length).toBeGreaterThan(80)
})

test.each(cases)('$title ($as)', ({ as, path, before, after, left }) => {
  expect(problemsOf(parsed(path, before))).toEqual([])
  expect(removed({ path, text: before }, as)).toEqual({ text: after, left })
  expect(problemsOf(parsed(path, after))).toEqual([])
  // A second run changes nothing.
  expect(removed({ path, text: after }, as).text).toBe(after)
})

test('Windows line ends are kept', () => {
  const text =
    "before()\r\n// why\r\nif (features.isEnabled('x')) {\r\n  one()\r\n  two()\r\n}\r\nafter()\r\n"
  expect(removed({ path: 'a.ts', text }, 'on').text).toBe(
    'before()\r\n// why\r\none()\r\ntwo()\r\nafter()\r\n',
  )
})
