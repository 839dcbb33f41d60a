/** `liveflag history` and `liveflag rollback`, at 3 a.m. */
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
