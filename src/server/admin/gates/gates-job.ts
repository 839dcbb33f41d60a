import type { GatedRamp } from '../../../analysis/gated-ramp'
import type { Gated } from '../../../analysis/gates'
import { withRampEdit } from '../../../analysis/ramp-edit'
import { messageOf } from '../../../core/errors'
import type { Features } from '../../../engine/features'
import type { RampEdit } from '../../../experiments/ramp'
import { readEdits } from '../../../experiments/ramp-edits'
import { rampEditsIn } from '../../../live-config/read-entries'
import { Alarm } from '../../../runtime/alarm'
import { nextTurn } from '../../../runtime/timers'
import type { ServerLog } from '../../route'
import type { Editor, SaveResult } from '../edits/editor'
import { BadEdit, reloadSoon } from '../edits/prepare'
import type { FeatureRows } from '../feature-rows'
import type { SourceText, SourceTexts } from '../source-texts'
import type { GateVerdicts } from './gate-verdicts'

export interface JobParts {
  readonly features: Pick<Features, 'snapshot' | 'definition' | 'reload'>
  readonly rows: Pick<FeatureRows, 'gatedRampOf'>
  readonly texts: Pick<SourceTexts, 'of'>
  readonly editor: Pick<Editor, 'save'>
  readonly verdicts: Pick<GateVerdicts, 'judge'>
  /** The name of the source that what becomes of ramps is written into. */
  readonly into: string
  readonly everyMs: number
  readonly log: ServerLog
}

/** What a problem is about, beside a feature. */
const LAYER = 'the layer'
const ROUND = 'a round'
const writing = (feature: string): string => `writing ${feature}`

/** Who signs what the job writes. */
const BY = 'gates'
/** When another server has written meanwhile, the rest is judged anew, at most so often in a round. */
const MOST_TRIES = 3

/**
 * Judges the ramps with gates again and again, and writes what becomes of them into a layer, as
 * `liveflag gates` does. Servers may do so side by side: each judges by the layer that it has in force, and
 * writes only while the layer is still that one, so what one of them has written no other writes again.
 */
export class GatesJob {
  private readonly alarm = new Alarm(() => void this.round())
  private readonly reported = new Map<string, string>()
  private isClosed = false

  constructor(private readonly parts: JobParts) {}

  get everyMs(): number {
    return this.parts.everyMs
  }

  get into(): string {
    return this.parts.into
  }

  start(): void {
    this.alarm.set(0)
  }

  close(): void {
    this.isClosed = true
    this.alarm.clear()
  }

  /** Judges every ramp once. Does not reject: what fails is reported, and done in the next round. */
  async judge(): Promise<void> {
    try {
      for (let tries = 0; tries < MOST_TRIES && !this.isClosed; tries++)
        if (await this.judgeAll()) break
      this.solved(ROUND)
    } catch (error) {
      this.report(ROUND, `the gates cannot be judged: ${messageOf(error)}`)
    }
  }

  private async round(): Promise<void> {
    await this.judge()
    if (!this.isClosed) this.alarm.set(this.parts.everyMs)
  }

  /** False where another server was faster, and all is to be judged again. */
  private async judgeAll(): Promise<boolean> {
    const { features, rows, verdicts } = this.parts
    let layer = await this.layerInForce()
    if (layer === undefined) return true
    // Before anything is written, as each write brings another live config into force.
    const ramps = features.snapshot.names.flatMap((name) => rows.gatedRampOf(name) ?? [])
    this.forgetAllBut(ramps)
    for (const ramp of ramps) {
      if (this.isClosed) return true
      if (!this.isInForce(layer, ramp)) continue
      const judged = await verdicts.judge(ramp)
      if (judged?.edit === undefined || this.isClosed) continue
      const after = await this.write(layer, judged, judged.edit)
      if (after === 'changed') return false
      if (after) layer = after
      await nextTurn()
    }
    return true
  }

  /** The layer as it is written, which is what is in force; undefined, and reported, where it is not. */
  private async layerInForce(): Promise<Layer | undefined> {
    const { features, texts, into } = this.parts
    await reloadSoon(features)
    const file = await texts.of(into)
    const why = this.whyNot(file)
    if (why === undefined) this.solved(LAYER)
    else this.report(LAYER, `what becomes of gates cannot be written into ${into}: ${why}`)
    return why === undefined ? file : undefined
  }

  private whyNot({ canEdit, whyNot, format, hash }: SourceText): string | undefined {
    const { features, into } = this.parts
    const source = features.snapshot.sources.find(({ name }) => name === into)
    if (!canEdit) return whyNot ?? 'it cannot be edited'
    if (format !== 'yaml') return `the edits are YAML, and it is ${format}`
    return source?.readHash === hash ? undefined : 'it has not been read yet as it is now'
  }

  /**
   * Whether what the layer has of a ramp is what holds the ramp. Otherwise each round would write the same
   * edit again, and none would have an effect.
   */
  private isInForce({ text, format }: Layer, { feature, ramp }: GatedRamp): boolean {
    const { into } = this.parts
    const written = rampEditsIn(text, format).get(feature) ?? undefined
    const edits = written === undefined ? undefined : readEdits(written, () => undefined)
    const has = edits === undefined || isSame(edits, ramp.edits)
    if (has) this.solved(feature)
    else
      this.report(
        feature,
        `what ${into} has of the ramp of ${feature} is not in force, as a later source has edits of it, too; put ${into} last`,
      )
    return has
  }

  private async write(
    layer: Layer,
    { feature }: Gated,
    edit: RampEdit,
  ): Promise<Layer | 'changed' | undefined> {
    const { editor, into } = this.parts
    const about = writing(feature)
    try {
      const text = withRampEdit(layer.text, feature, edit)
      const words = edit.outcome === 'fail' ? `put back to ${edit.to} %` : 'goes on'
      const result = await editor.save(
        { source: into, baseHash: layer.hash, text },
        { kind: 'gates', by: BY, reason: `${feature} ${words}: ${edit.reason}`, feature },
      )
      const why = whyNotSaved(result)
      if (why !== undefined) this.report(about, `${feature} is to be ${words}, but ${why}`)
      if (result.kind !== 'saved') return result.kind === 'changed' ? 'changed' : undefined
      this.solved(about)
      this.logEdit(feature, edit)
      return { text, format: layer.format, hash: result.saved.hash }
    } catch (error) {
      // Another server is writing just now, very likely the same.
      if (error instanceof BadEdit && error.code === 'busy') return undefined
      this.report(about, messageOf(error))
      return undefined
    }
  }

  private logEdit(feature: string, { outcome, percent, to, reason }: RampEdit): void {
    const { log, into } = this.parts
    if (outcome === 'fail')
      log.warn({ feature, percent, to, reason, into }, 'a gate failed, so the ramp was put back')
    else log.info({ feature, percent, reason, into }, 'the gates passed, so the ramp goes on')
  }

  /** Once, until it is another problem or is solved. */
  private report(about: string, problem: string): void {
    if (this.isClosed || this.reported.get(about) === problem) return
    this.reported.set(about, problem)
    this.parts.log.error({ problem }, 'gates could not be judged, or written')
  }

  private forgetAllBut(ramps: readonly GatedRamp[]): void {
    const known = new Set(ramps.flatMap(({ feature }) => [feature, writing(feature)]))
    for (const about of this.reported.keys())
      if (!known.has(about) && about !== LAYER && about !== ROUND) this.reported.delete(about)
  }

  private solved(about: string): void {
    this.reported.delete(about)
  }
}

type Layer = Pick<SourceText, 'text' | 'hash' | 'format'>

const isSame = (written: readonly RampEdit[], inForce: readonly RampEdit[]): boolean =>
  JSON.stringify(written) === JSON.stringify(inForce)

function whyNotSaved(result: SaveResult): string | undefined {
  if (result.kind === 'unwritable') return result.message
  if (result.kind !== 'refused') return undefined
  const { message, preview } = result
  return message ?? `it would be refused: ${preview.problems.map((one) => one.message).join('; ')}`
}
