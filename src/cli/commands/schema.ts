import { liveConfigSchema } from '../../live-config/schema'
import { Output } from '../output'
import { type ExitCode, OK, type Terminal } from '../terminal'

/** `liveflag schema`: the JSON schema, for editors. */
export function schema(terminal: Terminal): ExitCode {
  new Output(terminal).document(liveConfigSchema())
  return OK
}
