import { readContext as readWithin } from '../../../src/server/ofrep/request-context'

const readContext = (body: unknown) => readWithin(body, { depth: 32, contextKeys: 1000 })

test.each<[what: string, body: unknown, context: object]>([
  ['an empty body', undefined, {}],
  ['{}', {}, {}],
  ['a context of null', { context: null }, {}],
  ['other members beside it', { context: { plan: 'pro' }, more: 1 }, { plan: 'pro' }],
  ['no targeting key', { context: { targetingKey: null } }, { targetingKey: null }],
])('%s is a context', (_, body, context) => {
  expect(readContext(body)).toEqual({ context })
})

const nested = (levels: number): object => (levels === 1 ? {} : { next: nested(levels - 1) })

test.each<[what: string, body: unknown, refused: RegExp]>([
  ['a list', [], /body is no JSON object/],
  ['a text', 'x', /body is no JSON object/],
  ['null', null, /body is no JSON object/],
  ['a context that is a list', { context: [] }, /context is no JSON object/],
  ['a context that is a text', { context: 'x' }, /context is no JSON object/],
  ['a context that is a number', { context: 0 }, /context is no JSON object/],
  ['a context that is false', { context: false }, /context is no JSON object/],
  ['a targeting key that is a number', { context: { targetingKey: 5 } }, /targetingKey/],
  [
    '1,001 members',
    { context: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, 1])) },
    /more than 1000 members/,
  ],
  ['33 levels', { context: nested(33) }, /deeper than 32 levels/],
])('%s is refused', (_, body, refused) => {
  expect(readContext(body)).toEqual({ refused: expect.stringMatching(refused) as string })
})

test('32 levels and 1,000 members are accepted', () => {
  const context = {
    ...nested(32),
    ...Object.fromEntries(Array.from({ length: 999 }, (_, i) => [i, 1])),
  }
  expect(readContext({ context })).toEqual({ context })
})

test('a nesting of 100,000 levels is refused and does not overflow the stack', () => {
  let deep: object = {}
  for (let i = 0; i < 100_000; i++) deep = { deep }
  expect(readContext({ context: { deep } })).toHaveProperty('refused')
})

test('what is inherited is not read', () => {
  const body = JSON.parse('{"__proto__": {"context": {"targetingKey": 5}}}') as object
  expect(readContext(body)).toEqual({ context: {} })
})
