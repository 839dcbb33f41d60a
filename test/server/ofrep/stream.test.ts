import { type Ask, BROWSER, bodyOf, closeProtocols, NOBODY, protocol, ReadStream } from './asked'

afterEach(closeProtocols)

const LIVE = 'feature_web: {enabled: on, client: true}'

/** The token of the stream's address, as a bulk answer announces it. */
async function tokenOf(bulk: (ask: Ask) => Promise<Parameters<typeof bodyOf>[0]>): Promise<string> {
  const body = bodyOf(await bulk({ principal: BROWSER })) as {
    readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[]
  }
  const uri = body.eventStreams[0]?.endpoint.requestUri ?? ''
  return new URL(uri, 'http://localhost').searchParams.get('token') ?? ''
}

test('where anybody may evaluate, anybody may listen', async () => {
  const { stream } = await protocol(LIVE)
  const answer = await stream()
  expect(answer).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
  expect(ReadStream.of(answer).events).toMatchObject([{ type: 'connected' }])
})

test('the address that a bulk answer announces lets its caller in, without a header', async () => {
  const { bulk, stream, clock } = await protocol(LIVE)
  const query = { token: await tokenOf(bulk) }
  expect((await stream({ principal: NOBODY, query })).status).toBe(200)
  clock.now += 2 * 3_600_000
  expect((await stream({ principal: NOBODY, query })).status).toBe(401)
})

test.each<[what: string, query: Record<string, string>]>([
  ['no token', {}],
  ['a forged token', { token: 'client.1.AAAAAAAAAAAAAAAAAAAAAA' }],
  ['an empty token', { token: '' }],
])('with %s, nobody is let in where tokens are needed', async (_, query) => {
  const { stream } = await protocol(LIVE)
  const answer = await stream({ principal: NOBODY, query })
  expect([answer.status, answer.stream]).toEqual([401, undefined])
})

test('a stream hears of a change once its features have changed', async () => {
  const { stream, set } = await protocol(LIVE)
  const open = ReadStream.of(await stream())
  await set('feature_web: off')
  const again = ReadStream.of(await stream({ headers: { 'last-event-id': 'another' } }))
  expect(again.events).toMatchObject([{ type: 'connected' }, { type: 'refetchEvaluation' }])
  expect(open.isClosed).toBe(false)
})
