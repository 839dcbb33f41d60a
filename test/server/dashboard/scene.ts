import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Features, memory, openFeatures } from '../../../src/index'
import { requestHandler } from '../../../src/server/server'
import { MockApi, type Routes } from './mock-api'

export interface MockScene {
  readonly url: string
  readonly api: MockApi
  close(): Promise<void>
}

/** The built page, with an API whose answers a test chooses. */
export async function openMockScene(routes: Routes = {}): Promise<MockScene> {
  const features: Features = await openFeatures({ source: memory('feature_a: on') })
  const handler = requestHandler(features, { protocols: ['dashboard'] })
  const api = new MockApi(routes)
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/')) void api.handle(request, response)
    else handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    api,
    async close() {
      api.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await handler.close()
      await features.close()
    },
  }
}
