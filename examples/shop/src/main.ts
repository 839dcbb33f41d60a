import { openFeatures } from 'liveflag'
import { createApp } from './app'

async function main(): Promise<void> {
  const features = await openFeatures({ source: 'live.yaml' })
  features.on('problem', ({ message }) => console.error(message))
  const address = await createApp(features).listen({ port: Number(process.env['PORT'] ?? 3000) })
  console.log(`The shop is open at ${address}`)
}

void main()
