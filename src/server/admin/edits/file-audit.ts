import { changedEntries, readText } from '../../../editing/edit-text'
import type { Features } from '../../../engine/features'
import type { SerialQueue } from '../../../runtime/serial-queue'
import { editableIn, type SourceText, type SourceTexts } from '../source-texts'
import type { EditKind, EntryDiff } from './contract'
import type { Signature } from './editable-text'
import { type EditLog, type NewEdit, type SeenFile, storable } from './edit-log'
import { diffOf, isRead, reloadSoon } from './prepare'
import type { Proposals } from './proposals'

/** A save takes far less; what is pending for longer belongs to a server that was killed. */
const PENDING_MS = 10_000
/** Longer texts of one edit outside of here are not stored. */
const MOST_CHARACTERS = 4 * 1024 * 1024

export interface FileAuditParts {
  readonly features: Pick<Features, 'snapshot' | 'store' | 'reload' | 'now' | 'on' | 'off'>
  readonly texts: SourceTexts
  readonly log: EditLog
  readonly proposals: Pick<Proposals, 'outdate'> | undefined
  /** Of saves, too: no file is looked at while it is being saved. */
  readonly queue: SerialQueue
  readonly onError: (error: unknown) => void
}

/**
 * Compares the files with what the log says of them: confirms or removes edits of servers that were
 * killed half-way, writes what was changed in the files themselves, and ends proposals whose entries
 * changed.
 */
export class FileAudit {
  private isDue = false
  private isClosed = false

  constructor(private readonly parts: FileAuditParts) {
    for (const event of EVENTS) parts.features.on(event, this.lookSoon)
    this.lookSoon()
  }

  close(): void {
    this.isClosed = true
    for (const event of EVENTS) this.parts.features.off(event, this.lookSoon)
  }

  /**
   * Looks at every file now, as far as the live config has read it: somebody may be writing. Does not
   * reject.
   */
  look(): Promise<void> {
    return this.parts.queue.add(() => this.lookAtAll())
  }

  /** Looks at a file whatever it says now. Call it within the queue. Does not reject. */
  async lookAt(source: string): Promise<void> {
    const seen = this.seen(source)
    this.compare(await this.parts.texts.of(source), seen)
  }

  /**
   * Read before the text is, which therefore is no older: what another server has saved in between is
   * in the log.
   */
  private seen(source: string): SeenFile | undefined {
    try {
      return this.parts.log.seen(source)
    } catch (error) {
      if (!this.isClosed) this.parts.onError(error)
      return undefined
    }
  }

  private compare(file: SourceText, seen: SeenFile | undefined): void {
    const { log, proposals, onError } = this.parts
    const { source } = file
    if (!file.canEdit || this.isClosed) return
    try {
      this.settle(file)
      if (log.seen(source) === undefined) log.see(source, seenOf(file))
      else if (seen && seen.hash !== file.hash) this.addOutside(file, seen)
      proposals?.outdate(file)
    } catch (error) {
      if (!this.isClosed) onError(error)
    }
  }

  private readonly lookSoon = (): void => {
    if (this.isDue) return
    this.isDue = true
    void this.look()
  }

  private async lookAtAll(): Promise<void> {
    this.isDue = false
    if (this.isClosed) return
    for (const source of editableIn(this.parts.features)) {
      const seen = this.seen(source)
      const file = await this.readByNow(source)
      if (file) this.compare(file, seen)
    }
  }

  /** Undefined where the live config has not read what the file says now. */
  private async readByNow(source: string): Promise<SourceText | undefined> {
    const { features, texts } = this.parts
    const file = await texts.of(source)
    if (this.isRead(file)) return file
    await reloadSoon(features)
    const again = await texts.of(source)
    return this.isRead(again) ? again : undefined
  }

  private isRead({ source, hash }: SourceText): boolean {
    const { sources } = this.parts.features.snapshot
    return sources.find(({ name }) => name === source)?.readHash === hash
  }

  private settle(file: SourceText): void {
    const { log, features } = this.parts
    for (const edit of log.pendingOf(file.source))
      if (edit.hashAfter === file.hash) log.confirm(edit, storable(file.text))
      // Also of a clock that was set back since.
      else if (Math.abs(features.now() - edit.at) > PENDING_MS) log.cancel(edit)
  }

  private addOutside(file: SourceText, seen: SeenFile): void {
    const { source, hash, signed } = file
    const isPending = this.parts.log.pendingOf(source).some((edit) => edit.hashAfter === hash)
    if (isPending) return
    const edit: NewEdit = {
      at: this.parts.features.now(),
      by: signed?.by ?? null,
      reason: signed?.reason ?? null,
      kind: kindOf(signed),
      source,
      ...differenceOf(file, seen),
      hashBefore: seen.hash,
      hashAfter: hash,
      rollsBack: null,
      proposal: null,
      approvedBy: null,
    }
    // A text that cannot be read is compared with nothing later: what was there before it is.
    const text = isRead(file.written()) ? storable(file.text) : seen.text
    const { log, texts } = this.parts
    log.addOutside(edit, { hash, text }, () => texts.editable(source)?.isStill(hash) === true)
  }
}

/** A publication that was made by no save: by another program, or in a way that writes no pending edit. */
const kindOf = (signed: Signature | undefined): EditKind =>
  signed?.kind === 'rollback' || signed?.kind === 'staged' ? signed.kind : 'outside'

const EVENTS = ['change', 'problem', 'solved', 'stale', 'ready'] as const

const seenOf = (file: SourceText): SeenFile => ({ hash: file.hash, text: storable(file.text) })

function differenceOf(
  file: SourceText,
  { text: before }: SeenFile,
): { readonly entries: readonly EntryDiff[]; readonly diff: string } {
  const { source, format, text } = file
  if (before === null) return { entries: [], diff: '' }
  const entries = isRead(file.written())
    ? changedEntries(readText(before, format, file.written()), file.written())
    : []
  const size = entries.reduce(
    (sum, entry) => sum + (entry.before?.length ?? 0) + (entry.after?.length ?? 0),
    0,
  )
  const diff = diffOf(source, before, text)
  // A part of the entries would be taken for all of them when they are rolled back.
  return {
    entries: size > MOST_CHARACTERS ? [] : entries,
    diff: diff.length > MOST_CHARACTERS ? TOO_LONG : diff,
  }
}

const TOO_LONG = 'More changed than the log stores.\n'
