/** The purity rule is only as good as its eye: what it must see, and what it must not mistake. */
import { impurities } from './purity'
import { parse } from './source-tree'

const seen = (text: string): string[] =>
  impurities(parse('core/example.ts', text)).map(({ what }) => what)

test.each([
  ['an async function', 'async function f() {}', ['is async']],
  ['a wait', 'export const f = async () => { await g() }', ['is async', 'awaits']],
  ['the clock', 'const f = () => Date.now()', ['uses Date.now']],
  [
    'a date, which reads the clock or the time zone',
    'const f = () => new Date()',
    ['makes a Date'],
  ],
  ['the environment', 'const f = () => process.env.HOME', ['uses process']],
  ['output', 'function f() { console.log(1) }', ['uses console']],
  ['a timer', 'function f() { setTimeout(f, 1) }', ['uses setTimeout']],
  ['chance', 'const f = () => Math.random()', ['uses Math.random']],
  ['a module-level let', 'let count = 0', ['has a module-level let']],
  [
    'a module-level container',
    'const cache = new Map<string, number>()',
    [expect.stringContaining('keeps cache')],
  ],
])('sees %s', (_, text, expected) => {
  expect(seen(text)).toEqual(expected)
})

test.each([
  ['a local let', 'function f() { let i = 0; return i++ }'],
  ['a local container', 'const f = () => new Map()'],
  ['a container that is only read', "const roles: ReadonlySet<string> = new Set(['admin'])"],
  [
    'members that share a name with something worldly',
    'const f = (x: { process: number }) => x.process',
  ],
  ['a comment about the clock', '// Date.now() is not for us\nconst x = 1'],
  ['a date that is read from text', 'const f = (text: string) => Date.parse(text)'],
])('does not mistake %s', (_, text) => {
  expect(seen(text)).toEqual([])
})
