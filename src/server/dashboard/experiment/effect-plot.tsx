import { seriesColor } from '../parts/colors'
import { placeOf, type Scale } from '../parts/scale'
import { VariantName } from '../parts/variant-name'
import {
  type Conversion,
  type Effect,
  marginOf,
  type Measure,
  type MeasuredVariant,
  reachOf,
  saidOf,
} from './effects'
import { effectText } from './numbers'

interface EffectPlotProps {
  readonly conversion: Conversion
  readonly measure: Measure
  readonly isSound: boolean
}

/** The effect of each variant with both intervals, on one scale; the table has the numbers. */
export function EffectPlot({ conversion, measure, isSound }: EffectPlotProps) {
  const shown = measure.rows.filter(({ effect }) => effect !== null)
  const effects = shown.flatMap(({ effect }) => effect ?? [])
  const margin = marginOf(conversion, measure)
  if (!effects.some(({ interval }) => interval !== null)) return null
  const reach = reachOf(effects, margin === undefined ? [] : [margin])
  const text = effectText(measure)
  return (
    <div class="effects" aria-hidden="true">
      {shown.map((row) => (
        <EffectRow
          key={row.of.variant}
          row={row}
          said={saidOf(row, conversion, isSound)}
          text={text}
          reach={reach}
          margin={margin}
        />
      ))}
      <div class="effect effect-axis">
        <div class="plot-ticks">
          {reach.ticks.map((tick) => (
            <span key={tick} class="plot-tick" style={{ left: `${placeOf(tick, reach)}%` }}>
              {tick === 0 ? '0' : text(tick)}
            </span>
          ))}
        </div>
      </div>
      <Key text={text} margin={margin} />
    </div>
  )
}

interface KeyProps {
  readonly text: (value: number) => string
  readonly margin: number | undefined
}

/** What the lines are. */
const Key = ({ text, margin }: KeyProps) => (
  <ul class="legend plot-key">
    <li>
      <span class="key-once" /> 95 % for one planned look
    </li>
    <li>
      <span class="key-often" /> 95 % for every look
    </li>
    <li>
      <span class="key-zero" /> no difference
    </li>
    {margin !== undefined && (
      <li>
        <span class="key-margin" /> margin {text(margin)}
      </li>
    )}
  </ul>
)

interface EffectRowProps {
  readonly row: MeasuredVariant
  readonly said: ReturnType<typeof saidOf>
  readonly text: (value: number) => string
  readonly reach: Scale
  readonly margin: number | undefined
}

const EffectRow = ({ row: { of, index, effect }, said, text, reach, margin }: EffectRowProps) => (
  <div class="effect">
    <VariantName name={of.variant} index={index} />
    <div class="plot">
      <span class="plot-zero" style={{ left: `${placeOf(0, reach)}%` }} />
      {margin !== undefined && (
        <span class="plot-margin" style={{ left: `${placeOf(margin, reach)}%` }} />
      )}
      {effect && <Intervals effect={effect} reach={reach} index={index} name={of.variant} />}
    </div>
    <span class="effect-value number">{effect && text(effect.value)}</span>
    <span class="effect-said">
      {said && <span class={`badge ${said.kind}`}>{said.words}</span>}
    </span>
  </div>
)

interface IntervalsProps {
  readonly effect: Effect
  readonly reach: Scale
  readonly index: number
  readonly name: string
}

/** The thin line is for every look, the thick one for one look; an arrow says that a line goes on. */
function Intervals({
  effect: { value, interval, sequential },
  reach,
  index,
  name,
}: IntervalsProps) {
  const between = ([low, high]: readonly [number, number]) => ({
    left: `${placeOf(low, reach)}%`,
    width: `${placeOf(high, reach) - placeOf(low, reach)}%`,
  })
  const color = seriesColor(index, name)
  return (
    <>
      {sequential && (
        <span
          class={[
            'plot-often',
            sequential[0] < reach.low ? 'goes-left' : '',
            sequential[1] > reach.high ? 'goes-right' : '',
          ].join(' ')}
          style={{ ...between(sequential), color }}
        />
      )}
      {interval && <span class="plot-once" style={{ ...between(interval), background: color }} />}
      <span class="plot-dot" style={{ left: `${placeOf(value, reach)}%`, background: color }} />
    </>
  )
}
