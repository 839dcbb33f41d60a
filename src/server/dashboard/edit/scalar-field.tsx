import type { Scalar } from './schema'

interface ScalarFieldProps {
  readonly label: string
  readonly value: Scalar
  readonly change: (value: Scalar) => void
}

/** A value that stays of its type: a switch, a number, or a text. */
export function ScalarField({ label, value, change }: ScalarFieldProps) {
  if (typeof value === 'boolean')
    return (
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          aria-label={label}
          checked={value}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        {value ? 'yes' : 'no'}
      </label>
    )
  if (typeof value === 'number')
    return (
      <input
        class="field number narrow"
        type="number"
        step="any"
        aria-label={label}
        value={value}
        onInput={({ currentTarget: { valueAsNumber } }) =>
          Number.isFinite(valueAsNumber) && change(valueAsNumber)
        }
      />
    )
  return (
    <input
      class="field"
      aria-label={label}
      value={value}
      onInput={(event) => change(event.currentTarget.value)}
    />
  )
}
