import type { Content, Format, ReadText as TextRead, SourceProblem } from '../../core/source'
import { refusedText } from './problems'

/** A received text, as its source reads it. */
export interface Reading {
  /** The text's own version, if it has one. */
  readonly version?: string | undefined
  /** Throws when the text cannot be used. Called when the version is not the one in force. */
  content(): ReadContent
}

export interface ReadContent extends Pick<Content, 'text' | 'document' | 'decrypted'> {
  /** Left out: that of the options. */
  readonly format?: Format
  /** Why parts of the content are not usable, though the rest is; its code is `unreadable`. */
  readonly problem?: SourceProblem | undefined
}

/** Throws when the text is not what the endpoint at `name` should send. */
export type ReadText = (text: string, name: string) => Reading

/** How received texts are read. */
export interface TextOptions {
  /** Throws when a text is not what the endpoint should send; it is then refused. */
  readonly validate?: (text: string) => void
  /**
   * Makes live config of what was received, for example by decrypting it. A throw refuses the text.
   */
  readonly transform?: (text: string) => string
  /** A text's own version; the version in force again is no change. */
  readonly version?: (text: string) => string | undefined
}

/** Reads texts by their options. */
export const readBy =
  ({ validate, version, transform }: TextOptions): ReadText =>
  (text) => {
    validate?.(text)
    return {
      version: version?.(text),
      content: () => ({ text: transform?.(text) ?? text }),
    }
  }

/** Another text as a source with these settings reads it. */
export function readTextBy(
  text: string,
  { name, read }: { readonly name: string; readonly read: ReadText },
): TextRead {
  try {
    const { problem, ...content } = read(text, name).content()
    return { content, ...(problem && { problem }) }
  } catch (error) {
    return { problem: refusedText(name, error) }
  }
}
