import { useState } from 'preact/hooks'
import type { AskedStep, FeatureDetail, Series } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Chart } from '../parts/chart'
import { Choice } from '../parts/choice'
import { Loaded } from '../parts/states'

type Step = AskedStep | 'minute'

const STEPS = [
  ['minute', 'hour'],
  ['hour', '2 days'],
  ['day', '45 days'],
] as const satisfies readonly (readonly [Step, string])[]

/** How often it was asked: lately by what was answered, and for longer in all. */
export function AskedCard({ detail }: { readonly detail: FeatureDetail }) {
  const [step, setStep] = useState<Step>('minute')
  const { name } = detail.row
  const path = `features/${segment(name)}/evaluations?step=${step}`
  const query = useQuery<Series>(step === 'minute' ? null : path)
  return (
    <Card
      title="Asked"
      aside={<Choice label="Period" value={step} options={STEPS} change={setStep} />}
    >
      {step === 'minute' ? (
        <Counts series={detail.evaluations} name={name} />
      ) : (
        <Loaded query={query}>{(series) => <Counts series={series} name={name} />}</Loaded>
      )}
    </Card>
  )
}

const Counts = ({ series, name }: { readonly series: Series; readonly name: string }) =>
  series.starts.length > 0 ? (
    <Chart series={series} label={`How often ${name} was asked for`} />
  ) : (
    <p class="muted">Nobody has asked for it, as far as this server remembers.</p>
  )
