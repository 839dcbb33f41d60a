/** In the browser: the same answers, so the first render is what is there already. */
import { createClient } from 'liveflag/client'
import { goLive } from 'liveflag/client-live'
import { FeaturesProvider } from 'liveflag/react'
import { hydrateRoot } from 'react-dom/client'
import { App } from './app'

const features = createClient()
const root = document.getElementById('app')
if (root)
  hydrateRoot(
    root,
    <FeaturesProvider features={features}>
      <App />
    </FeaturesProvider>,
  )
// An edit of the live config changes the page while it is open.
goLive(features, { url: `/bootstrap${location.search}`, stream: '/flags/ofrep/v1/sse' })
