import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { contentHash } from '../../../sources/bytes'
import {
  type EditableText,
  MOST_BYTES,
  type NoText,
  type Replaced,
  type Replacement,
  type StampedText,
  TOO_LARGE,
} from './editable-text'
import { replaceFile } from './replace-file'

/** A file of this machine. */
export class FileText implements EditableText {
  constructor(private readonly path: string) {}

  async read(known: string | undefined): Promise<StampedText | 'unchanged' | NoText> {
    const { mtimeMs, size, ino } = await stat(this.path)
    if (size > MOST_BYTES) return TOO_LARGE
    const stamp = `${mtimeMs} ${size} ${ino}`
    return stamp === known ? 'unchanged' : { bytes: await readFile(this.path), stamp }
  }

  replace({ hash, text }: Replacement, onReady: (hash: string) => void): Promise<Replaced> {
    return replaceFile(this.path, hash, text, onReady)
  }

  isStill(hash: string): boolean {
    try {
      return contentHash(readFileSync(this.path)) === hash
    } catch {
      return false
    }
  }
}
