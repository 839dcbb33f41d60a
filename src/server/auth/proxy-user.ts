import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import type { Role } from '../admin/contract'
import type { Principal } from '../principal'
import { withImplied } from '../roles'

/** A reverse proxy that signs people in, and says who they are in a header. */
export interface ProxyUserOptions {
  /** The name of the header; empty believes none. */
  readonly trustedUserHeader: string
  readonly trustedUserRole: Role
  /** Addresses and networks of proxies: `10.0.0.0/8`. */
  readonly trustedProxies: readonly string[]
}

/** Longer names are refused: they go into logs and the audit log. */
const NAME = /^[^\p{Cc}\p{Cf}\p{Surrogate}]{1,200}$/u

/** Believes a header, and only of a trusted proxy: anybody else could write it. */
export class ProxyUsers {
  private readonly header: string
  private readonly trusted = new BlockList()

  constructor(private readonly options: ProxyUserOptions) {
    this.header = options.trustedUserHeader.toLowerCase()
    for (const network of options.trustedProxies) trust(this.trusted, network)
  }

  get isOn(): boolean {
    return this.header !== ''
  }

  /** Whether the connection is from a trusted proxy: then what it does not say is nobody's. */
  isProxy({ socket }: IncomingMessage): boolean {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
    const version = isIP(address)
    return this.isOn && version !== 0 && this.trusted.check(address, `ipv${version as 4 | 6}`)
  }

  /** Who the proxy says it is. Call it only of a request by a trusted proxy. */
  userOf({ headers }: IncomingMessage): Principal | undefined {
    const name = headers[this.header]
    if (typeof name !== 'string' || !NAME.test(name.trim())) return undefined
    return {
      name: name.trim(),
      scopes: withImplied([this.options.trustedUserRole]),
      clientOnly: false,
      environment: undefined,
    }
  }
}

/** An address, or a network: `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  return version !== 0 && rest.length === 0 && (bits === undefined || isBits(bits, most))
}

const isBits = (text: string, most: number): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) <= most

function trust(list: BlockList, network: string): void {
  const [address = '', bits] = network.split('/')
  const version = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, version)
  else list.addSubnet(address, Number(bits), version)
}
