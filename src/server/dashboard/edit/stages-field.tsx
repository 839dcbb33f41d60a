import type { StagesOfEdit } from '../../admin/edits/contract'
import { Choose } from '../parts/choose'

interface StagesFieldProps {
  /** Undefined: to every process at once. */
  readonly value: StagesOfEdit | undefined
  readonly change: (value: StagesOfEdit | undefined) => void
}

const AT_ONCE = ''
const WAYS = [
  [AT_ONCE, 'every process at once'],
  ['1,10,100', '1 %, then 10 %, then all'],
  ['10,50,100', '10 %, then 50 %, then all'],
  ['50,100', 'half, then all'],
] as const

const MINUTE = 60_000
const LENGTHS = [
  [String(MINUTE / 2), '30 seconds'],
  [String(MINUTE), 'a minute'],
  [String(5 * MINUTE), '5 minutes'],
  [String(15 * MINUTE), '15 minutes'],
  [String(60 * MINUTE), 'an hour'],
] as const

/** Which processes have it first. It is taken back from all when it is bad in one of them. */
export function StagesField({ value, change }: StagesFieldProps) {
  const eachMs = value?.eachMs ?? MINUTE / 2
  const choose = (way: string): void =>
    change(way === AT_ONCE ? undefined : { percentages: way.split(',').map(Number), eachMs })
  return (
    <div class="stages-field">
      <Choose
        label="Published to"
        isLabelled
        value={value?.percentages.join() ?? AT_ONCE}
        options={WAYS}
        change={choose}
      />
      {value && (
        <Choose
          label="Each stage lasts"
          isLabelled
          value={String(eachMs)}
          options={LENGTHS}
          change={(length) => change({ ...value, eachMs: Number(length) })}
        />
      )}
    </div>
  )
}
