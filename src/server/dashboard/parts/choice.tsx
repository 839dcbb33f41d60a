interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [value: Value, words: string])[]
  readonly change: (value: Value) => void
}

/** One of a few, all of them seen. */
export const Choice = <Value extends string>(props: ChoiceProps<Value>) => (
  <div class="choice" role="group" aria-label={props.label}>
    {props.options.map(([one, words]) => (
      <button
        key={one}
        type="button"
        aria-pressed={one === props.value}
        onClick={() => one !== props.value && props.change(one)}
      >
        {words}
      </button>
    ))}
  </div>
)

export type Population = 'simulated' | 'recorded'

export interface PopulationChoiceProps {
  readonly value: Population
  readonly change: (value: Population) => void
}

const POPULATIONS = [
  ['simulated', 'simulated'],
  ['recorded', 'recorded'],
] as const

/** Whose answers are counted. */
export const PopulationChoice = ({ value, change }: PopulationChoiceProps) => (
  <Choice label="Population" value={value} options={POPULATIONS} change={change} />
)
