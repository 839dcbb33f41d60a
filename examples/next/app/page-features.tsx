'use client'

import { type ReactNode, useState } from 'react'
import type { Bootstrap } from 'liveflag'
import { createClient } from 'liveflag/client'
import { FeaturesProvider } from 'liveflag/react'

/** The answers of the server, on the server that renders the page and in the browser. */
export function PageFeatures(props: {
  readonly bootstrap: Bootstrap
  readonly children: ReactNode
}) {
  const [features] = useState(() => createClient(props.bootstrap))
  return <FeaturesProvider features={features}>{props.children}</FeaturesProvider>
}
