import { seriesColor } from './colors'

/** The name of a variant with its colour before it; a long one goes on below itself. */
export const VariantName = ({ name, index }: { readonly name: string; readonly index: number }) => (
  <span class="variant">
    <span class="legend-mark" style={{ background: seriesColor(index, name) }} />
    <span>{name}</span>
  </span>
)
