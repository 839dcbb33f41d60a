import { impactSteps } from '../../../analysis/impact'
import { reasonOf } from '../../../core/errors'
import type { Features } from '../../../engine/features'
import { SerialQueue } from '../../../runtime/serial-queue'
import { inSlices } from '../../../runtime/time-slice'
import { delay } from '../../../runtime/timers'
import type { Population } from '../populations'
import type { SourceText, SourceTexts } from '../source-texts'
import type { AuditRow, EditKind, Preview, ProposedEdit, Saved } from './contract'
import type { EditLog } from './audit-log'
import { BadEdit, prepare, type Prepared } from './prepare'
import { replaceFile } from './replace-file'
import { changedSince, changesBack, offChange } from './undo'

/** How long a save waits until its edit is in force. */
const IN_FORCE_MS = 5000

export type SaveResult =
  | { readonly kind: 'saved'; readonly saved: Saved }
  | { readonly kind: 'changed' | 'refused' | 'same'; readonly preview: Preview }
  | { readonly kind: 'unwritable'; readonly message: string }

/** Why an edit is made, and by whom. */
export interface Cause {
  readonly kind: EditKind
  readonly by: string
  readonly reason: string
  readonly rollsBack?: number
}

/** Previews and saves edits of the files that the features are read from. */
export class Editor {
  private readonly saves = new SerialQueue()

  constructor(
    readonly features: Features,
    readonly texts: SourceTexts,
    private readonly log: EditLog,
  ) {}

  /**
   * What saving would do, and to whom of a population. Rejects with the reason of `signal` once that
   * is aborted.
   *
   * @throws {BadEdit}
   */
  async preview(edit: ProposedEdit, of: Population, signal?: AbortSignal): Promise<Preview> {
    const { preview, trial } = await this.prepare(edit)
    signal?.throwIfAborted()
    if (preview.isRefused) return withoutImpact(preview)
    const steps = impactSteps(this.features, trial, { population: of.visitors })
    const impact = await inSlices(steps, signal)
    const size = Math.min(of.info.size, ...impact.features.map(({ population }) => population.size))
    return { ...preview, impact, population: { ...of.info, size } }
  }

  /**
   * One save after another, so that each is compared with what the one before wrote.
   *
   * @throws {BadEdit}
   */
  save(edit: ProposedEdit, cause: Cause): Promise<SaveResult> {
    return this.saves.add(() => this.saveNow(edit, cause))
  }

  /**
   * Switches a feature off for everybody.
   *
   * @throws {BadEdit}
   */
  async off(feature: string, by: string, reason: string): Promise<SaveResult> {
    const described = this.features.describe(feature)
    if (described === undefined)
      throw new BadEdit(404, 'not_found', 'the live config has no feature of this name')
    const { source, hash } = await this.fileOf(described.source)
    const changes = [offChange(feature, this.features.definition(feature))]
    return this.save({ source, baseHash: hash, changes }, { kind: 'off', by, reason })
  }

  /**
   * Puts back what was there before an edit, as a new edit. An entry that has changed since is a
   * conflict.
   *
   * @throws {BadEdit}
   */
  async rollBack(id: number, by: string, reason: string): Promise<SaveResult> {
    const row = this.log.get(id)
    if (row === undefined) throw new BadEdit(404, 'not_found', 'there is no edit of this number')
    if (row.rolledBackBy !== null)
      throw new BadEdit(400, 'bad_edit', `it was rolled back already, by edit ${row.rolledBackBy}`)
    const file = await this.fileOf(row.source)
    const { source, hash, text, format } = file
    const entries = changedSince(row, file)
    if (entries.length > 0) {
      const { preview } = await prepare(file, { source, baseHash: hash, text }, this)
      const conflict = { isBaseLost: false, entries, merged: null }
      return { kind: 'changed', preview: { ...withoutImpact(preview), conflict } }
    }
    const changes = changesBack(row, format)
    return this.save(
      { source, baseHash: hash, changes },
      { kind: 'rollback', by, reason, rollsBack: id },
    )
  }

  private async prepared(edit: ProposedEdit): Promise<Preview> {
    return withoutImpact((await this.prepare(edit)).preview)
  }

  private async prepare(edit: ProposedEdit): Promise<Prepared> {
    return prepare(await this.fileOf(edit.source), edit, this)
  }

  private async saveNow(edit: ProposedEdit, cause: Cause): Promise<SaveResult> {
    const preview = await this.prepared(edit)
    if (preview.conflict) return { kind: 'changed', preview }
    if (preview.isRefused) return { kind: 'refused', preview }
    if (preview.diff === '') return { kind: 'same', preview }
    const before = this.generationOf(edit.source)
    let hash: string | undefined
    try {
      hash = await replaceFile(edit.source, preview.hash, preview.text)
    } catch (error) {
      const message = `${edit.source} cannot be written (${reasonOf(error)}); it is as it was`
      return { kind: 'unwritable', message }
    }
    if (hash === undefined) return { kind: 'changed', preview: await this.prepared(edit) }
    const row = this.record(preview, hash, cause)
    const generation = await this.inForce(edit.source, before)
    return { kind: 'saved', saved: { edit: row, generation, hash } }
  }

  private record(preview: Preview, hashAfter: string, cause: Cause): AuditRow {
    const { source, entries, diff, hash } = preview
    const { rollsBack = null, ...why } = cause
    return this.log.add({
      at: this.features.now(),
      ...why,
      source,
      entries,
      diff,
      hashBefore: hash,
      hashAfter,
      rollsBack,
      proposal: null,
      approvedBy: null,
    })
  }

  private async inForce(source: string, before: number): Promise<number | null> {
    const done = new AbortController()
    const reloaded = this.features.reload().catch(() => undefined)
    const timeout = delay(IN_FORCE_MS, undefined, { ref: false, signal: done.signal })
    await Promise.race([reloaded, timeout.catch(() => undefined)])
    done.abort()
    const generation = this.generationOf(source)
    return generation > before ? generation : null
  }

  private generationOf(source: string): number {
    return this.features.snapshot.sources.find(({ name }) => name === source)?.generation ?? 0
  }

  /** Only files that the features are read from: another path is not found. */
  private async fileOf(source: string): Promise<SourceText> {
    if (!this.features.snapshot.sources.some(({ name }) => name === source))
      throw new BadEdit(404, 'not_found', 'there is no source of this name; see /api/v1/config')
    const file = await this.texts.of(source)
    if (!file.canEdit)
      throw new BadEdit(403, 'read_only', `${source} cannot be edited here: ${file.whyNot}`)
    return file
  }
}

const withoutImpact = (preview: Prepared['preview']): Preview => ({
  ...preview,
  impact: null,
  population: null,
})
