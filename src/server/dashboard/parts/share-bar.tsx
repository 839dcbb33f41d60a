import type { FeatureRow } from '../../admin/contract'
import { seriesColor } from './colors'
import { percent } from './figures'

type Shared = Pick<FeatureRow, 'share' | 'variants' | 'state'>

/** The share of the population that has the feature, each variant in its colour. */
export function ShareBar({ row, of }: { readonly row: Shared; readonly of: string }) {
  const { share, variants } = row
  if (share === null)
    return (
      <div class="share">
        <div class="share-bar" aria-hidden="true" />
        <span class="muted small">counting…</span>
      </div>
    )
  const parts = partsOf(share, variants)
  const words = parts
    .flatMap(([name, part]) => (name === '' ? [] : [`${name} ${percent(part)}`]))
    .join(', ')
  return (
    <div class="share" title={words || `${percent(share)} of ${of}`}>
      <div class="share-bar" aria-hidden="true">
        {parts.map(([name, part], index) => (
          <span
            key={name}
            class="share-bar-part"
            style={{
              width: `${part * 100}%`,
              background: name === '' ? 'var(--bar)' : seriesColor(index, name),
            }}
          />
        ))}
      </div>
      <span class="share-text">
        {percent(share)}
        <span class="hidden-label"> of {of} have it</span>
      </span>
    </div>
  )
}

type Part = readonly [name: string, share: number]

/** Each variant; whoever has the feature without a variant is the last part. */
function partsOf(share: number, variants: Shared['variants']): readonly Part[] {
  const named = Object.entries(variants ?? {}).filter(([, part]) => part > 0)
  const rest = share - named.reduce((sum, [, part]) => sum + part, 0)
  return named.length === 0 || rest > NOTHING ? [...named, ['', rest]] : named
}

/** Less than this is rounding. */
const NOTHING = 0.0005
