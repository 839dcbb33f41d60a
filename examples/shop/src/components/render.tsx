import type { Questions } from 'liveflag'
import { FeaturesProvider } from 'liveflag/react'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'

/** A part of a page as HTML, for the visitor whose request this is. */
export const renderPart = (features: Questions, part: ReactNode): string =>
  renderToStaticMarkup(<FeaturesProvider features={features}>{part}</FeaturesProvider>)
