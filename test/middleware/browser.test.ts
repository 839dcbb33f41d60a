import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { worldOf } from '../../src/core/world'
import type { Exposure } from '../../src/engine/exposure'
import { openFeatures } from '../../src/engine/features'
import { exposureHandler } from '../../src/middleware/browser'
import { memory } from '../../src/sources/memory'

const TEXT = `
feature_button:
  client: true
  experiment:
    loggedin: true
    variants: {blue: 25, red: 25, control_1: 25, control_2: 25}
`

async function post(url: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST' }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(body)
  })
}

test('the handler records what a page sends, and refuses what no page sends', async () => {
  const exposures: Exposure[] = []
  const features = await openFeatures({
    source: memory(TEXT, { format: 'yaml' }),
    onExposure: (exposure) => exposures.push(exposure),
  })
  const handler = exposureHandler(features)
  const server = createServer(handler).listen(0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  const { button } = features.for(worldOf({ user: { id: 't2_beef' } })).bootstrap().features
  const event = { type: 'exposure', token: button?.exposure }
  const forged = { type: 'exposure', token: 'AAAA', variant: 'blue' }
  const body = JSON.stringify({ events: [event, forged, 7] })
  expect([await post(url, body), await post(url, body)]).toEqual([204, 204])
  expect(exposures).toMatchObject([{ feature: 'button', unit: 't2_beef' }])
  for (const bad of ['', '{', '[]', '{"events":7}'])
    expect([bad, await post(url, bad)]).toEqual([bad, 400])
  expect(await post(url, 'x'.repeat(2 * 1024 * 1024))).toBe(413)
  server.close()
  await features.close()
})
