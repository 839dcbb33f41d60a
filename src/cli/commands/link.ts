import { LiveflagError } from '../../core/errors'
import type { SignedLink } from '../../core/link'
import { keysInText, linkKeys } from '../../links/keys'
import { LINK_PARAMETER, signLink } from '../../links/token'
import { Output } from '../output'
import { type ExitCode, OK, type Terminal } from '../terminal'

export interface LinkFlags {
  readonly for?: string
  readonly anyone?: boolean
  readonly expires?: string
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
}

const KEYS = 'LIVEFLAG_LINK_KEYS'
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
/** A link that lives longer is a switch that nobody finds. */
const MOST_DAYS = 90

/** `liveflag link`: prints an address that forces a variant, until it expires. */
export async function link(
  feature: string,
  variant: string,
  flags: LinkFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { key, secret } = keyOf(flags.key, terminal.env[KEYS] ?? '')
  const url = flags.url === undefined ? undefined : addressOf(flags.url)
  const whom = personOf(flags)
  const made: SignedLink = {
    feature: feature.replace(/^feature_/, ''),
    variant,
    key,
    ...(whom !== undefined && { for: whom }),
    ...(url && { host: url.hostname }),
    until: terminal.now().getTime() + lifeOf(flags.expires ?? '1d'),
  }
  const token = signLink(made, secret)
  url?.searchParams.set(LINK_PARAMETER, token)
  const address = url?.href ?? `?${LINK_PARAMETER}=${token}`
  const output = new Output(terminal)
  if (flags.json)
    output.document({ ...made, until: new Date(made.until).toISOString(), url: address })
  else output.line(address)
  return OK
}

/** The key that is named, or the first; what is in the variable is never printed. */
function keyOf(
  id: string | undefined,
  text: string,
): { readonly key: string; readonly secret: string } {
  const call = `link: ${KEYS}`
  const key = id ?? Object.keys(keysInText(call, text))[0]
  const secret = key === undefined ? undefined : linkKeys(call, text)(key)
  if (key === undefined)
    throw bad(`there is no key to sign with; set ${KEYS} to qa-1=SECRET, as the application has it`)
  if (secret === undefined)
    throw bad(`--key is ${key}, which ${KEYS} does not have; name one of it`)
  return { key, secret }
}

function personOf({ for: whom, anyone = false }: LinkFlags): string | undefined {
  if (anyone && whom === undefined) return undefined
  if (whom === undefined || whom.trim() === '' || anyone)
    throw bad('say whom the link is for: --for with a name or id of a user, or --anyone')
  return whom
}

function lifeOf(text: string): number {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? []
  const life = Number(count) * (UNITS[unit] ?? NaN)
  if (!(life > 0 && life <= MOST_DAYS * 86_400_000))
    throw bad(`--expires is ${text}; give a time such as 30m, 6h or 2d, of at most ${MOST_DAYS}d`)
  return life
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw bad(`--url is ${text}; give the address of a page, such as https://shop.example/cart`)
  return url
}

const bad = (message: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `link: ${message}`)
