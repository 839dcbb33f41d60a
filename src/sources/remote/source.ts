import type { ReadText, Source } from '../../core/source'
import { SessionSource } from '../session-source'
import type { Settings } from './options'
import { refusedText } from './problems'
import type * as Sessions from './session'

/** A live config at a URL. HTTP is loaded when it is opened: most live configs are files. */
export const remoteSource = (settings: Settings): Source =>
  new SessionSource(
    settings.name,
    (sink) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would not return a session but a promise
      const { HttpSession } = require('./session') as typeof Sessions
      return new HttpSession(settings, sink)
    },
    { read: (text) => readText(text, settings) },
  )

function readText(text: string, { name, read }: Settings): ReadText {
  try {
    const { problem, ...content } = read(text, name).content()
    return { content, ...(problem && { problem }) }
  } catch (error) {
    return { problem: refusedText(name, error) }
  }
}
