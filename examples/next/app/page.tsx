import { requestFeatures } from '../lib/features'
import { BuyButton } from './buy-button'
import { PageFeatures } from './page-features'

/** A server component asks the request; what is below PageFeatures asks in the browser as well. */
export default async function Page() {
  const features = await requestFeatures()
  return (
    <main>
      <h1>{features.isEnabled('new_search') ? 'The new search' : 'The old search'}</h1>
      <PageFeatures bootstrap={features.bootstrap()}>
        <BuyButton />
      </PageFeatures>
    </main>
  )
}
