interface ChooseProps {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, words: string])[]
  readonly change: (value: string) => void
  /** The label is seen, not only heard. */
  readonly isLabelled?: boolean
}

/** One of several. */
export const Choose = ({ label, value, options, change, isLabelled = false }: ChooseProps) => (
  <label>
    <span class={isLabelled ? 'label' : 'hidden-label'}>{label}</span>
    <select class="field" value={value} onChange={(event) => change(event.currentTarget.value)}>
      {options.map(([one, words]) => (
        <option key={one} value={one}>
          {words}
        </option>
      ))}
    </select>
  </label>
)
