/** `liveflag history` and `liveflag rollback`, at 3 a.m. */
import { printable } from '../../../src/core/printable'
import { memoryKeyStore, publish } from '../../../src/fleet/fleet'
import { setOutside } from '../../support/key-stores'
import { liveflag } from '../captured-terminal'

let stores = 0
async function withThree() {
  const name = `history-${++stores}`
  const inside = memoryKeyStore({ name })
  const texts = ['feature_a: on\n', 'feature_a: off\n', 'feature_a: {users: [ann]}\n']
  for (const [i, text] of texts.entries())
    await publish(inside, text, { by: 'ann', reason: `edit ${i + 1}` })
  return { url: `memory:${name}`, inside }
}

/** Nothing in it is obeyed by a terminal. */
const isShownAsItIs = (out: string): boolean => out.split('\n').map(printable).join('\n') === out

const withoutTimes = (out: string): string =>
  out.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'THEN')

describe('liveflag history', () => {
  test('lists the newest first, with who and why', async () => {
    const { url } = await withThree()
    const { code, out } = await liveflag(['history', url])
    expect(code).toBe(0)
    expect(withoutTimes(out).split('\n')).toEqual([
      '  3  THEN  ann  in force  edit 3',
      '  2  THEN  ann  replaced  edit 2',
      '  1  THEN  ann  replaced  edit 1',
      '',
    ])
  })

  test('lists as many as it is asked for, and says how many more there are', async () => {
    const { url } = await withThree()
    const { out } = await liveflag(['history', url, '--limit', '1'])
    expect(out).toContain('and 2 before')
    expect(out.split('\n')).toHaveLength(3)
  })

  test('shows one generation with what it changed', async () => {
    const { url } = await withThree()
    const { out } = await liveflag(['history', url, '2'])
    expect(withoutTimes(out)).toMatch(/^generation 2\n {2}THEN by ann\n {2}edit 2\n {2}sha256 /)
    expect(out).toContain('-feature_a: on\n+feature_a: off\n')
  })

  test('shows what changed between two', async () => {
    const { url } = await withThree()
    const { out } = await liveflag(['history', url, '1', '3'])
    expect(out).toContain('-feature_a: on\n+feature_a: {users: [ann]}\n')
    expect((await liveflag(['history', url, '1', '1'])).out).toBe('the text is the same\n')
  })

  test('prints the text alone, to be written into a file', async () => {
    const { url } = await withThree()
    expect(await liveflag(['history', url, '1', '--text'])).toMatchObject({
      out: 'feature_a: on\n',
    })
  })

  test('has one line for each, whatever reasons and names hold', async () => {
    const { url, inside } = await withThree()
    const by = `eve\u001b[2J${'x'.repeat(150)}`
    const reason = `\n a commit\n\nwith \u009b31m lines\u202e and ${'more '.repeat(500)}`
    await publish(inside, 'feature_a: {users: [eve]}\n', { by, reason })
    const { out } = await liveflag(['history', url, '--limit', '1'])
    const [row = '', more] = out.split('\n')
    expect(more).toContain('and 3 before')
    expect(row).toContain('eve\\x1b[2Jxxx')
    expect(row).toContain('a commit with \\x9b31m lines\\u{202e} and more')
    expect(row.length).toBeLessThan(200)
    expect(isShownAsItIs(out)).toBe(true)
    const one = await liveflag(['history', url, '4'])
    expect(one.out).toContain('\n   a commit\n  \n  with \\x9b31m lines')
    expect(isShownAsItIs(one.out)).toBe(true)
  })

  test('prints a text as it is into a file, and what a terminal would obey spelt out there', async () => {
    const { url, inside } = await withThree()
    const text = 'feature_a: on # \u001b]0;owned\u0007\n'
    await publish(inside, text)
    expect((await liveflag(['history', url, '4', '--text'])).out).toBe(text)
    const shown = await liveflag(['history', url, '4', '--text'], { isTTY: true })
    expect(shown.out).toBe('feature_a: on # \\x1b]0;owned\\x07\n')
  })

  test('says that the text was written by another tool, or is gone', async () => {
    const { url, inside } = await withThree()
    await setOutside(inside, 'feature_a: on\n# by hand\n')
    expect((await liveflag(['history', url])).out).toContain('written by another tool since')
    await inside.write([{ key: '', bytes: undefined }])
    expect((await liveflag(['history', url])).out).toContain('somebody removed its key')
    const empty = await liveflag(['history', 'memory:history-of-nothing'])
    expect(empty.out).toBe('nothing was published to memory:history-of-nothing\n')
  })

  test('marks what is staged, withdrawn and never published', async () => {
    const { url, inside } = await withThree()
    const text = 'feature_a: {users: [bob]}\n'
    const bytes = new TextEncoder().encode(
      JSON.stringify({
        ...{ generation: 4, kind: 'staged', text, hash: 'a'.repeat(64), basedOn: 3 },
        ...{ by: 'bob', reason: null, at: 0 },
      }),
    )
    await inside.write([{ key: 'history/000000004', bytes }])
    expect((await liveflag(['history', url])).out).toContain('bob  never published')
  })

  test('removes old generations when --keep says so', async () => {
    const { url, inside } = await withThree()
    const { err } = await liveflag(['history', url, '--keep', '2'])
    expect(err).toContain('1 old generation removed')
    expect(await inside.keys('history/')).toHaveLength(2)
  })

  test.each([['7'], ['0'], ['x']])('%s is no generation', async (number) => {
    const { url } = await withThree()
    expect(await liveflag(['history', url, number])).toMatchObject({ code: 2 })
  })

  test('--json prints all of it, without texts', async () => {
    const { url } = await withThree()
    const { out } = await liveflag(['history', url, '--json'])
    expect(JSON.parse(out)).toMatchObject({
      isEmpty: false,
      generations: [{ generation: 3, state: 'in force', bytes: 26 }, {}, {}],
    })
    expect(JSON.parse((await liveflag(['history', url, '1', '--json'])).out)).toMatchObject({
      text: 'feature_a: on\n',
    })
    expect(JSON.parse((await liveflag(['history', url, '1', '2', '--json'])).out)).toMatchObject({
      older: { generation: 1 },
      newer: { generation: 2 },
    })
  })
})

test.each(['-1', '0', '2.5'])('--limit %s is refused', async (limit) => {
  const { code, err } = await liveflag(['history', 'memory:limit', `--limit=${limit}`])
  expect(code).toBe(2)
  expect(err).toMatch(`--limit is ${limit}; give a whole number from 1`)
})
