/** Keys and values of a live config at a place, marked by `|`. */
import { TextDocument } from 'vscode-languageserver-textdocument'
import { hoverAt } from '../../../src/cli/language/answers'
import { completionsAt } from '../../../src/cli/language/completions'
import { Workspace } from '../../../src/cli/language/workspace'

const at = (marked: string, ending = 'yaml') => {
  const offset = marked.indexOf('|')
  const text = marked.replace('|', '')
  return { document: TextDocument.create(`file:///live.${ending}`, ending, 1, text), offset }
}

const labels = (marked: string): readonly string[] => {
  const { document, offset } = at(marked)
  return completionsAt(document, 'yaml', offset).map(({ label }) => label)
}

const RAMP = ['from', 'to', 'over', 'start', 'hold_at', 'hold_for', 'gates', 'edits']

test.each([
  ['below ramp', 'feature_a:\n  percent_loggedin:\n    ramp:\n      to: 100\n      |\n', RAMP],
  ['in the braces of ramp', 'feature_a: { percent_loggedin: { ramp: { to: 100, | } } }\n', RAMP],
  [
    'below the traffic of an experiment',
    'feature_a:\n  experiment:\n    traffic:\n      ramp:\n        from: 1\n        |\n',
    RAMP,
  ],
  ['of a percentage that is to grow', 'feature_a:\n  percent_loggedin:\n    |\n', ['ramp']],
])('keys %s', (_, marked, expected) => {
  expect(labels(marked)).toEqual(expect.arrayContaining(expected))
})

const hover = async (marked: string): Promise<string> => {
  const { document, offset } = at(marked)
  const found = await hoverAt(
    document,
    offset,
    new Workspace(
      '',
      undefined,
      () => undefined,
      () => document,
    ),
  )
  return (found?.contents as { value: string } | undefined)?.value ?? ''
}

test.each([
  ['hold_at', 'feature_a:\n  percent_loggedin:\n    ramp:\n      to: 100\n      hold|_at: [5]\n'],
  [
    'over',
    'feature_a: { percent_loggedin: { ramp: { to: 100, ov|er: 7d, start: 2026-12-01 } } }\n',
  ],
])('hovering over %s of a ramp says what it is, and who has the feature', async (key, marked) => {
  const said = await hover(marked)
  expect(said).toMatch(new RegExp(`^\`${key}\`: `))
  expect(said).toContain('**`a`**')
})

test('a ramp is said in words', async () => {
  const said = await hover(
    'feature_|a:\n  percent_loggedin: { ramp: { from: 1, to: 100, over: 7d, start: 2026-12-01, hold_at: [25] } }\n',
  )
  expect(said).toContain('1 to 100 %, over 7d from 2026-12-01, held at 25 %')
})
