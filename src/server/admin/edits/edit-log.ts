import type { LastEdit } from '../contract'
import type { AuditLog, AuditRow } from './contract'

/** An edit before it has a number. */
export type NewEdit = Omit<AuditRow, 'id' | 'rolledBackBy'>

/** An edit that is about to be made, or was: the hash of its file says which. */
export interface PendingEdit extends NewEdit {
  readonly id: number
}

/** A file as it was seen last. */
export interface SeenFile {
  readonly hash: string
  /** The last text of it that can be read; null of one that is too long to be stored. */
  readonly text: string | null
}

/** What was edited, by whom and why: here, and in the files themselves. */
export interface EditLog {
  /**
   * Writes an edit that is about to be made, as pending: no list has it.
   *
   * @param claim runs in the same transaction, which what it throws undoes
   * @returns its number, which no other edit gets
   */
  begin(edit: NewEdit, claim?: () => void): number
  /** The file has the edit. The same number again changes nothing. */
  confirm(edit: PendingEdit, text: string | null): AuditRow
  /** The file does not have it, and will not. */
  cancel(edit: PendingEdit): void
  /** Edits of a file that are neither confirmed nor cancelled. */
  pendingOf(source: string): readonly PendingEdit[]
  seen(source: string): SeenFile | undefined
  see(source: string, file: SeenFile): void
  /**
   * Writes what somebody changed in the file itself, unless another server has.
   *
   * @param isCurrent whether the file still is as `seen`; asked while no other server can write
   * @returns whether it was written
   */
  addOutside(edit: NewEdit, seen: SeenFile, isCurrent: () => boolean): boolean
  get(id: number): AuditRow | undefined
  /** The newest first, those with a smaller number than `before`. */
  list(feature: string | undefined, before: number, limit: number): AuditLog
  /** The newest edit of a feature. */
  lastOf(feature: string): LastEdit | undefined
  /** Who made a file what it is, by its hash; undefined when it was nobody here. */
  causeOf(source: string, hash: string): Pick<AuditRow, 'by' | 'reason'> | undefined
}

/** One edit on its way: pending before its file is replaced, confirmed after. */
export class EditOnItsWay {
  private begun: PendingEdit | undefined

  constructor(
    private readonly log: EditLog,
    private readonly edit: Omit<NewEdit, 'hashAfter'>,
    private readonly claim?: () => void,
  ) {}

  get hashAfter(): string | undefined {
    return this.begun?.hashAfter
  }

  begin(hashAfter: string): void {
    const edit = { ...this.edit, hashAfter }
    this.begun = { id: this.log.begin(edit, this.claim), ...edit }
  }

  /** @param onError is called where the row stays pending, because the log cannot be written */
  confirm(text: string, onError: (error: unknown) => void): AuditRow | undefined {
    const { begun } = this
    if (begun === undefined) return undefined
    try {
      return this.log.confirm(begun, storable(text))
    } catch (error) {
      onError(error)
      return { ...begun, rolledBackBy: null }
    }
  }

  cancel(): void {
    try {
      if (this.begun) this.log.cancel(this.begun)
    } catch {
      // It stays pending, and is removed when the file is looked at again.
    }
  }
}

const LONGEST_TEXT = 16 * 1024 * 1024

/** A longer text is not stored: what changes in it outside of here has no diff. */
export const storable = (text: string): string | null => (text.length > LONGEST_TEXT ? null : text)
