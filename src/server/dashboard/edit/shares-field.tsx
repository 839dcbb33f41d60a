import { useState } from 'preact/hooks'
import type { JsonValue } from '../../../core/json'
import { seriesColor } from '../parts/colors'
import { isMapping, isWeighted } from './schema'
import { PercentageField } from './percentage-field'

interface SharesFieldProps {
  readonly name: string
  readonly value: JsonValue
  readonly change: (value: JsonValue) => void
}

type Share = readonly [variant: string, percent: number]

function sharesOf(value: JsonValue): readonly Share[] {
  if (isWeighted(value))
    return value.map(({ name, weight }) => [
      typeof name === 'string' ? name : '',
      Number(weight ?? 1),
    ])
  return isMapping(value) ? Object.entries(value).map(([key, one]) => [key, Number(one)]) : []
}

/** The same shape as before, with one share changed. */
function withShare(value: JsonValue, index: number, percent: number): JsonValue {
  if (isWeighted(value))
    return value.map((one, i) => (i === index ? { ...one, weight: percent } : one))
  const entries = Object.entries(isMapping(value) ? value : {})
  return Object.fromEntries(entries.map(([key, one], i) => [key, i === index ? percent : one]))
}

function without(value: JsonValue, index: number): JsonValue {
  if (isWeighted(value)) return value.filter((_, i) => i !== index)
  return Object.fromEntries(
    Object.entries(isMapping(value) ? value : {}).filter((_, i) => i !== index),
  )
}

const withNew = (value: JsonValue, variant: string): JsonValue =>
  isWeighted(value)
    ? [...value, { name: variant, weight: 0, value: variant }]
    : { ...(isMapping(value) ? value : {}), [variant]: 0 }

/** Variants with their shares, as sliders and as one bar. */
export function SharesField({ name, value, change }: SharesFieldProps) {
  const shares = sharesOf(value)
  const total = shares.reduce((sum, [, percent]) => sum + percent, 0)
  return (
    <div class="shares">
      <Bar shares={shares} total={total} />
      {shares.map(([variant, percent], index) => (
        <div key={variant} class="shares-row">
          <span class="shares-name">
            <span class="legend-mark" style={{ background: seriesColor(index, variant) }} />
            {variant}
          </span>
          <PercentageField
            label={`${name}.${variant}`}
            value={percent}
            change={(next) => change(withShare(value, index, next))}
          />
          <button
            type="button"
            class="button small quiet"
            aria-label={`Remove variant ${variant}`}
            onClick={() => change(without(value, index))}
          >
            ✕
          </button>
        </div>
      ))}
      <p class="muted small">{Number(total.toFixed(4))} % in all.</p>
      <AddVariant
        taken={shares.map(([variant]) => variant)}
        add={(variant) => change(withNew(value, variant))}
      />
    </div>
  )
}

interface BarProps {
  readonly shares: readonly Share[]
  readonly total: number
}

const Bar = ({ shares, total }: BarProps) => (
  <div class="share-bar" aria-hidden="true">
    {shares.map(([variant, percent], index) => (
      <span
        key={variant}
        class="share-bar-part"
        style={{
          width: `${(100 * percent) / Math.max(100, total)}%`,
          background: seriesColor(index, variant),
        }}
      />
    ))}
  </div>
)

interface AddVariantProps {
  readonly taken: readonly string[]
  readonly add: (variant: string) => void
}

function AddVariant({ taken, add }: AddVariantProps) {
  const [name, setName] = useState('')
  const isNew = name.trim() !== '' && !taken.includes(name.trim())
  return (
    <div class="add-row">
      <input
        class="field"
        aria-label="Name of a new variant"
        placeholder="New variant"
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button
        type="button"
        class="button small"
        disabled={!isNew}
        onClick={() => {
          add(name.trim())
          setName('')
        }}
      >
        Add variant
      </button>
    </div>
  )
}
