import { connect } from 'node:net'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../core/errors'
import { isTorn } from '../../runtime/torn-url'
import { type Check, type Finding, ok, problem } from './check'

const TIMEOUT_MS = 3000
const POSTGRES_PORT = 5432

/** A store that is configured can be reached. Nothing is written, and no password is sent. */
export const store: Check = {
  name: 'store',
  examine: async ({ project, store: named }) => {
    if (named === undefined) return []
    if (/^postgres(?:ql)?:\/\//.test(named)) return [await reached(named)]
    // The URL may have a password, so no finding repeats it.
    if (/^[a-z][\w+.-]*:\/\//i.test(named)) return [notValid()]
    try {
      await stat(join(project.dir, named))
      return [ok(`the records in ${named} are there`)]
    } catch (error) {
      return [
        problem(
          `the records in ${named} cannot be read: ${reasonOf(error)}`,
          'correct --store or LIVEFLAG_STORE',
        ),
      ]
    }
  },
}

const notValid = (): Finding =>
  problem(
    'the URL of the store is not valid',
    'write postgres://host/database, with @, : and / of a password as %40, %3A and %2F',
  )

function reached(url: string): Promise<Finding> {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || isTorn(address)) return Promise.resolve(notValid())
  const host = address.hostname || 'localhost'
  const port = Number(address.port || POSTGRES_PORT)
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS })
    const end = (finding: Finding): void => {
      socket.destroy()
      resolve(finding)
    }
    const failed = (reason: string): void =>
      end(
        problem(
          `the store at ${host}:${port} cannot be reached: ${reason}`,
          'start it, or correct --store or LIVEFLAG_STORE',
        ),
      )
    socket.once('connect', () =>
      end(ok(`the store at ${host}:${port} answers (its password is not tried)`)),
    )
    socket.once('timeout', () => failed(`no answer within ${TIMEOUT_MS / 1000} s`))
    socket.once('error', (error) => failed(reasonOf(error)))
  })
}
