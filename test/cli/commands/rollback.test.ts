import { memoryKeyStore, publish } from '../../../src/fleet/fleet'
import { textIn } from '../../support/key-stores'
import { liveflag } from '../captured-terminal'

let stores = 0
async function withTwo() {
  const name = `rollback-${++stores}`
  const inside = memoryKeyStore({ name })
  for (const text of ['feature_a: on\n', 'feature_a: off\n']) await publish(inside, text)
  return { url: `memory:${name}`, inside }
}

test('the old text is published again, as a new generation with its reason', async () => {
  const { url, inside } = await withTwo()
  const args = ['rollback', '1', '--to', url, '--reason', 'sales fall', '--by', 'bob']
  const { code, out } = await liveflag(args)
  expect(code).toBe(0)
  expect(out).toContain('generation 3 is published, in place of 2')
  expect(await textIn(inside)).toBe('feature_a: on\n')
  const history = await liveflag(['history', url])
  expect(history.out).toContain('bob')
  expect(history.out).toContain('back to 1; sales fall')
})

test('to what is in force changes nothing, and says so', async () => {
  const { url } = await withTwo()
  const { code, out } = await liveflag(['rollback', '2', '--to', url])
  expect({ code, out }).toEqual({
    code: 0,
    out: 'the text is published already, as generation 2\n',
  })
})

test('with --dry-run nothing is written', async () => {
  const { url, inside } = await withTwo()
  expect(await liveflag(['rollback', '1', '--to', url, '--dry-run'])).toMatchObject({ code: 0 })
  expect(await textIn(inside)).toBe('feature_a: off\n')
})

test.each([
  ['9', 'has no generation 9'],
  ['one', 'write a number'],
  ['1.5', 'is no generation'],
])('to %s is an error', async (number, message) => {
  const { url } = await withTwo()
  const ran = await liveflag(['rollback', number, '--to', url])
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(message) })
})

test('a time that is none is a mistake of rollback, not of publish', async () => {
  const { url } = await withTwo()
  const { code, err } = await liveflag(['rollback', '1', '--to', url, '--wait', 'soon'])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('rollback: --wait') })
})
