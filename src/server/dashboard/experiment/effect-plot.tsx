import { seriesColor } from '../parts/colors'
import { placeOf, type Scale } from '../parts/scale'
import { VariantName } from '../parts/variant-name'
import {
  type Conversion,
  type Effect,
  marginOf,
  type Measure,
  reachOf,
  type Reading,
  type Said,
  saidOf,
} from './effects'
import { effectText } from './numbers'

interface EffectPlotProps {
  readonly conversion: Conversion
  readonly measure: Measure
  readonly reading: Reading
}

/** The effect of each variant with both intervals. */
export const EffectPlot = ({ conversion, measure, reading }: EffectPlotProps) => (
  <EffectRows
    rows={measure.rows.map((row) => ({
      key: row.of.variant,
      name: row.of.variant,
      index: row.index,
      variant: row.of.variant,
      effect: row.effect,
      said: saidOf(row, conversion, reading),
    }))}
    text={effectText(measure)}
    margin={marginOf(conversion, measure)}
  />
)

export interface DrawnEffect {
  readonly key: string
  readonly name: string
  /** Both say the colour. */
  readonly index: number
  readonly variant: string
  readonly effect: Effect | null
  readonly said: Said | null
}

interface EffectRowsProps {
  readonly rows: readonly DrawnEffect[]
  readonly text: (value: number) => string
  readonly margin: number | undefined
}

/** Effects on one scale; the table below has the numbers. Nothing where none has an interval. */
export function EffectRows({ rows, text, margin }: EffectRowsProps) {
  const effects = rows.flatMap(({ effect }) => effect ?? [])
  if (!effects.some(({ interval }) => interval !== null)) return null
  const reach = reachOf(effects, margin === undefined ? [] : [margin])
  return (
    <div class="effects" aria-hidden="true">
      {rows
        .filter(({ effect }) => effect !== null)
        .map((row) => (
          <EffectRow key={row.key} row={row} text={text} reach={reach} margin={margin} />
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

interface EffectRowProps extends KeyProps {
  readonly row: DrawnEffect
  readonly reach: Scale
}

const EffectRow = ({ row, text, reach, margin }: EffectRowProps) => (
  <div class="effect">
    <VariantName name={row.name} index={row.index} as={row.variant} />
    <div class="plot">
      <span class="plot-zero" style={{ left: `${placeOf(0, reach)}%` }} />
      {margin !== undefined && (
        <span class="plot-margin" style={{ left: `${placeOf(margin, reach)}%` }} />
      )}
      {row.effect && (
        <Intervals effect={row.effect} reach={reach} color={seriesColor(row.index, row.variant)} />
      )}
    </div>
    <span class="effect-value number">{row.effect && text(row.effect.value)}</span>
    <span class="effect-said">
      {row.said && <span class={`badge ${row.said.kind}`}>{row.said.words}</span>}
    </span>
  </div>
)

interface IntervalsProps {
  readonly effect: Effect
  readonly reach: Scale
  readonly color: string
}

/** The thin line is for every look, the thick one for one look; an arrow says that a line goes on. */
function Intervals({ effect: { value, interval, sequential }, reach, color }: IntervalsProps) {
  const between = ([low, high]: readonly [number, number]) => ({
    left: `${placeOf(low, reach)}%`,
    width: `${placeOf(high, reach) - placeOf(low, reach)}%`,
  })
  const ends = ([low, high]: readonly [number, number]): string =>
    `${low < reach.low ? ' goes-left' : ''}${high > reach.high ? ' goes-right' : ''}`
  return (
    <>
      {sequential && (
        <span class={`plot-often${ends(sequential)}`} style={{ ...between(sequential), color }} />
      )}
      {interval && <span class="plot-once" style={{ ...between(interval), background: color }} />}
      <span class="plot-dot" style={{ left: `${placeOf(value, reach)}%`, background: color }} />
    </>
  )
}
