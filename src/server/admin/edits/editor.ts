import { impactSteps } from '../../../analysis/impact'
import { reasonOf } from '../../../core/errors'
import type { Features } from '../../../engine/features'
import type { SerialQueue } from '../../../runtime/serial-queue'
import { inSlices } from '../../../runtime/time-slice'
import { delay } from '../../../runtime/timers'
import type { Population } from '../populations'
import type { SourceText, SourceTexts } from '../source-texts'
import type { AuditRow, EditKind, Preview, Proposal, ProposedEdit, Saved } from './contract'
import type { Replacement } from './editable-text'
import { type EditLog, EditOnItsWay } from './edit-log'
import type { FileAudit } from './file-audit'
import { BadEdit, prepare, type Prepared } from './prepare'
import { type Proposals, viewOf } from './proposals'
import { changedSince, changesBack, offChange } from './undo'

/** How long a save waits until its edit is in force. */
const IN_FORCE_MS = 5000

export type SaveResult =
  | { readonly kind: 'saved'; readonly saved: Saved }
  | { readonly kind: 'proposed'; readonly proposal: Proposal }
  | NotSaved

export type NotSaved =
  | { readonly kind: 'changed' | 'same'; readonly preview: Preview }
  | { readonly kind: 'refused'; readonly preview: Preview; readonly message?: string }
  | { readonly kind: 'unwritable'; readonly message: string }

/** Why an edit is made, and by whom. */
export interface Cause {
  readonly kind: EditKind
  readonly by: string
  readonly reason: string
  /** It becomes a proposal. */
  readonly needsApproval?: boolean
  readonly rollsBack?: number | null | undefined
  /** What it is about, where it changes no entry: the feature whose ramp it is. */
  readonly feature?: string
  readonly proposal?: number
  readonly approvedBy?: string
  /** Throws where the edit may not be made any more; part of the transaction that writes it. */
  readonly claim?: () => void
}

export interface EditorParts {
  readonly features: Features
  readonly texts: SourceTexts
  readonly log: EditLog
  readonly audit: Pick<FileAudit, 'lookAt'>
  /** Undefined without a database. */
  readonly proposals: Proposals | undefined
  readonly queue: SerialQueue
  readonly onError: (error: unknown) => void
}

interface Written {
  readonly kind: 'written'
  readonly row: AuditRow
  readonly hash: string
  /** Of the text before it. */
  readonly generation: number
}

/** Previews and saves edits of the texts that the features are read from. */
export class Editor {
  constructor(private readonly parts: EditorParts) {}

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
    const steps = impactSteps(this.parts.features, trial, { population: of.visitors })
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
    return this.saving(() => this.saveNow(edit, cause))
  }

  /**
   * Saves what `work` finds out when all saves before are done.
   *
   * @throws {BadEdit}
   */
  async saving(work: () => Promise<SaveResult | Written>): Promise<SaveResult> {
    const result = await this.parts.queue.add(work)
    if (result.kind !== 'written') return result
    const { row: edit, hash } = result
    const generation = await this.inForce(edit.source, result.generation)
    return { kind: 'saved', saved: { edit, generation, hash } }
  }

  /** Does other work that no save of this server may come between. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.parts.queue.add(work)
  }

  /**
   * Switches a feature off for everybody.
   *
   * @throws {BadEdit}
   */
  async off(feature: string, by: string, reason: string): Promise<SaveResult> {
    const { features } = this.parts
    const described = features.describe(feature)
    if (described === undefined)
      throw new BadEdit(404, 'not_found', 'the live config has no feature of this name')
    const { source, hash } = await this.fileOf(described.source)
    const changes = [offChange(feature, features.definition(feature))]
    return this.save({ source, baseHash: hash, changes }, { kind: 'off', by, reason })
  }

  /** @throws {BadEdit} where there is no such edit, or it was rolled back, or changed no entry */
  toRollBack(id: number): AuditRow {
    const row = this.parts.log.get(id)
    if (row === undefined) throw new BadEdit(404, 'not_found', 'there is no edit of this number')
    if (row.rolledBackBy !== null)
      throw new BadEdit(400, 'bad_edit', `it was rolled back already, by edit ${row.rolledBackBy}`)
    if (row.kind === 'gates')
      throw new BadEdit(400, 'bad_edit', 'what became of a ramp is not undone; resume the ramp')
    if (row.entries.length === 0)
      throw new BadEdit(
        400,
        'bad_edit',
        `edit ${id} changed no entry that is stored; undo it in the text of the file`,
      )
    return row
  }

  /**
   * Puts back what was there before an edit, as a new edit. An entry that has changed since is a
   * conflict.
   *
   * @throws {BadEdit}
   */
  async rollBack(row: AuditRow, cause: Omit<Cause, 'kind' | 'rollsBack'>): Promise<SaveResult> {
    const file = await this.fileOf(row.source)
    const { source, hash, text, format } = file
    const entries = changedSince(row, file)
    if (entries.length > 0) {
      const { preview } = await prepare(file, { source, baseHash: hash, text }, this.parts)
      const conflict = { isBaseLost: false, entries, merged: null }
      return { kind: 'changed', preview: { ...withoutImpact(preview), conflict } }
    }
    const changes = changesBack(row, format)
    return this.save(
      { source, baseHash: hash, changes },
      { ...cause, kind: 'rollback', rollsBack: row.id },
    )
  }

  /** Only texts that the features are read from: another path is not found. */
  async fileOf(source: string): Promise<SourceText> {
    const { features, texts } = this.parts
    if (!features.snapshot.sources.some(({ name }) => name === source))
      throw new BadEdit(404, 'not_found', 'there is no source of this name; see /api/v1/config')
    const file = await texts.of(source)
    if (!file.canEdit)
      throw new BadEdit(403, 'read_only', `${source} cannot be edited here: ${file.whyNot}`)
    return file
  }

  /** Call it within `saving`. */
  async saveNow(edit: ProposedEdit, cause: Cause): Promise<SaveResult | Written> {
    await this.parts.audit.lookAt(edit.source)
    const preview = await this.prepared(edit)
    const notSaved = this.notSaved(preview)
    if (notSaved) return notSaved
    return cause.needsApproval
      ? this.propose(edit, preview, cause)
      : this.write(edit, preview, cause)
  }

  /**
   * What saving would do, without who changes.
   *
   * @throws {BadEdit}
   */
  async prepared(edit: ProposedEdit): Promise<Preview> {
    return withoutImpact((await this.prepare(edit)).preview)
  }

  /** What keeps an edit from being saved; undefined: nothing does. */
  notSaved(preview: Preview): NotSaved | undefined {
    if (preview.conflict) return { kind: 'changed', preview }
    if (preview.isRefused) return { kind: 'refused', preview }
    return preview.diff === '' ? { kind: 'same', preview } : undefined
  }

  private async prepare(edit: ProposedEdit): Promise<Prepared> {
    return prepare(await this.fileOf(edit.source), edit, this.parts)
  }

  private async propose(
    edit: ProposedEdit,
    preview: Preview,
    { by, reason, rollsBack }: Cause,
  ): Promise<SaveResult> {
    const { proposals, features } = this.parts
    const file = await this.fileOf(edit.source)
    if (proposals === undefined || file.hash !== preview.hash)
      return { kind: 'changed', preview: await this.prepared(edit) }
    const proposal = proposals.add(file, preview, { by, reason, at: features.now(), rollsBack })
    return { kind: 'proposed', proposal: viewOf(proposal) }
  }

  /** The log has the edit as pending before the file has it, so none is in the file alone. */
  private async write(
    edit: ProposedEdit,
    preview: Preview,
    cause: Cause,
  ): Promise<NotSaved | Written> {
    const { log, onError } = this.parts
    const { source, text } = preview
    const generation = this.generationOf(source)
    const logged = new EditOnItsWay(log, this.loggedOf(preview, cause), cause.claim)
    const hash = await this.replace(preview, logged, cause)
    if (typeof hash === 'object') return hash
    const row = hash === undefined ? undefined : logged.confirm(text, onError)
    return hash === undefined || row === undefined
      ? { kind: 'changed', preview: await this.prepared(edit) }
      : { kind: 'written', row, hash, generation }
  }

  /** @returns the new hash, or undefined where the text changed meanwhile */
  private async replace(
    preview: Preview,
    logged: EditOnItsWay,
    cause: Cause,
  ): Promise<string | undefined | NotSaved> {
    const { texts } = this.parts
    const { source } = preview
    try {
      const replacement = replacementOf(preview, cause)
      const replaced = await texts
        .editable(source)
        ?.replace(replacement, (after) => logged.begin(after))
      if (typeof replaced !== 'string') logged.cancel()
      return typeof replaced === 'object'
        ? { kind: 'refused', preview, message: replaced.refused }
        : replaced
    } catch (error) {
      const now = await texts.of(source)
      if (logged.hashAfter !== undefined && logged.hashAfter === now.hash) return now.hash
      if (error instanceof BadEdit) {
        logged.cancel()
        throw error
      }
      // What cannot be read may have been replaced: the log is compared with it as soon as it can.
      if (now.canEdit) logged.cancel()
      const outcome = now.canEdit ? 'it is as it was' : 'whether it was is not known yet'
      const message = `${source} cannot be written (${reasonOf(error)}); ${outcome}`
      return { kind: 'unwritable', message }
    }
  }

  private loggedOf(
    { source, entries, diff, hash }: Preview,
    { kind, by, reason, rollsBack, feature, proposal, approvedBy }: Cause,
  ): Omit<AuditRow, 'id' | 'rolledBackBy' | 'hashAfter'> {
    const at = this.parts.features.now()
    const concerned = feature === undefined ? [] : [{ feature, before: null, after: null }]
    return {
      ...{ at, by, reason, kind, source, diff },
      entries: entries.length > 0 ? entries : concerned,
      hashBefore: hash,
      rollsBack: rollsBack ?? null,
      proposal: proposal ?? null,
      approvedBy: approvedBy ?? null,
    }
  }

  private async inForce(source: string, before: number): Promise<number | null> {
    const done = new AbortController()
    const reloaded = this.parts.features.reload().catch(() => undefined)
    const timeout = delay(IN_FORCE_MS, undefined, { ref: false, signal: done.signal })
    await Promise.race([reloaded, timeout.catch(() => undefined)])
    done.abort()
    const generation = this.generationOf(source)
    return generation > before ? generation : null
  }

  private generationOf(source: string): number {
    const { sources } = this.parts.features.snapshot
    return sources.find(({ name }) => name === source)?.generation ?? 0
  }
}

const replacementOf = (
  { hash, text }: Preview,
  { by, reason, kind, rollsBack, approvedBy }: Cause,
): Replacement => ({
  ...{ hash, text, by },
  takesBack: kind === 'off' ? 'switched off' : isUndo(kind, rollsBack) ? 'undone' : undefined,
  reason: approvedBy === undefined ? reason : `${reason} (approved by ${approvedBy})`,
})

/** Also one that somebody approved. */
const isUndo = (kind: EditKind, rollsBack: Cause['rollsBack']): boolean =>
  kind === 'rollback' || typeof rollsBack === 'number'

const withoutImpact = (preview: Prepared['preview']): Preview => ({
  ...preview,
  impact: null,
  population: null,
})
