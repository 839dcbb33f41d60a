import { seriesColor } from './colors'

interface VariantNameProps {
  readonly name: string
  readonly index: number
  /** The variant whose colour it has, where the name says more. */
  readonly as?: string
}

/** The name of a variant with its colour before it; a long one goes on below itself. */
export const VariantName = ({ name, index, as = name }: VariantNameProps) => (
  <span class="variant">
    <span class="legend-mark" style={{ background: seriesColor(index, as) }} />
    <span>{name}</span>
  </span>
)
