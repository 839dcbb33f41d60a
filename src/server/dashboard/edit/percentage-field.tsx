interface PercentageFieldProps {
  readonly label: string
  readonly value: number
  readonly change: (value: number) => void
  readonly max?: number
}

/** Steps of the slider; the number beside it may be finer. */
const STEP = 0.1

const rounded = (value: number): number => Number(value.toFixed(4))

/** A percentage as a slider, and as a number for whoever knows it. */
export const PercentageField = ({ label, value, change, max = 100 }: PercentageFieldProps) => (
  <div class="percentage">
    <input
      type="range"
      aria-label={`${label}, in percent`}
      min={0}
      max={max}
      step={STEP}
      value={value}
      onInput={(event) => change(rounded(event.currentTarget.valueAsNumber))}
    />
    <label class="percentage-number">
      <span class="hidden-label">{label} as a number</span>
      <input
        class="field number"
        type="number"
        min={0}
        max={max}
        step="any"
        value={value}
        onInput={(event) => {
          const { valueAsNumber } = event.currentTarget
          if (Number.isFinite(valueAsNumber)) change(rounded(valueAsNumber))
        }}
      />
      %
    </label>
  </div>
)
