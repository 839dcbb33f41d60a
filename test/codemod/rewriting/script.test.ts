/** What code looks like before and after a feature is taken out of it. The cases are in ../fixtures. */
import { join } from 'node:path'
import { parsed, problemsOf } from '../../../src/codemod/parser'
import { type CodeFile, Project } from '../../../src/codemod/project'
import { forcedAs } from '../../../src/codemod/rewriting/answer'
import { removedFromScript } from '../../../src/codemod/rewriting/script'
import { removalCases } from '../removal-cases'

const cases = removalCases(join(__dirname, '..', 'fixtures')).map(({ after, ...one }) => ({
  ...one,
  after: `${after.trim()}\n`,
}))

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
