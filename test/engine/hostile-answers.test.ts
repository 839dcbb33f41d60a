/** Whatever an application hands over, a question has an answer, and what was thrown is reported. */
import { type World, worldOf } from '../../src/index'
import { closeEngines, eventsDelivered, openEngine } from '../support/engine'

afterEach(closeEngines)

const boom = (): never => {
  throw new Error('boom')
}
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()
const throwing = new Proxy(
  {},
  { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom },
)
const getter = Object.defineProperties({}, { id: { get: boom }, user: { get: boom } })

const ODD: readonly (readonly [string, unknown])[] = [
  ['a getter that throws', getter],
  ['a proxy that throws', throwing],
  ['a revoked proxy', revoked],
  ['a symbol', Symbol('s')],
  ['a bigint', 5n],
]

test.each(ODD)(
  '%s as user, id, attribute, overrides or name: every question is answered',
  async (_, odd) => {
    const { features, problems } = await openEngine(
      'feature_on: on\nfeature_part: {percent_loggedin: 50, percent_loggedout: 50}',
    )
    const plain = worldOf()
    const worlds = [
      { ...plain, user: () => odd, isLoggedIn: () => true },
      { ...plain, user: () => ({ id: odd, name: odd }), isLoggedIn: () => true },
      { ...plain, attribute: () => odd },
      odd,
    ] as World[]
    const overrides = [undefined, odd, { user: odd }, { attributes: odd }] as undefined[]
    for (const world of worlds)
      for (const over of overrides)
        for (const name of ['part', odd] as string[]) {
          const request = features.for(world)
          request.isEnabled(name, over)
          request.variant(name, over)
          request.decide(name, over)
          request.explain(name, over)
          request.getBooleanValue(name, false, over)
          request.getStringValue(name, '', over)
          request.getNumberValue(name, 0, over)
          request.getObjectValue(name, {}, over)
          expect(request.isEnabled('on', over)).toBe(true)
          expect(request.allEnabled(over)).toMatchObject({ on: true })
        }
    await eventsDelivered()
    const messages = problems.map(({ message }) => message)
    expect(new Set(messages).size).toBe(messages.length)
  },
)

test('a name that the live config lacks is reported once, with the name that was meant', async () => {
  const { features, problems } = await openEngine('feature_new_header: on')
  for (const name of ['new_heade', 'new_heade', 'feature_new_header', 'other'])
    features.isEnabled(name)
  features.decide('not_read')
  await eventsDelivered()
  expect(problems.map(({ code, message }) => [code, /[^;]*$/.exec(message)?.[0]])).toEqual([
    ['unknown-feature', ' did you mean new_header?'],
    ['unknown-feature', ' write "new_header"'],
    ['unknown-feature', ' add it, or remove the question'],
  ])
})
