import type { Method, Params, Protocol, Route } from '../route'

/** A route with the protocol that it belongs to. */
export interface Served {
  readonly protocol: Protocol
  readonly route: Route
}

export interface Found extends Served {
  readonly params: Params
  /** Names of parameters that are no valid percent-encoding. */
  readonly malformed: readonly string[]
}

/** Nothing is at this path, or nothing for this method; then `allow` has the methods. */
export interface NotFound {
  readonly allow: readonly string[]
}

interface Node {
  readonly literals: Map<string, Node>
  parameter: Node | undefined
  readonly routes: Map<Method, Served & { readonly names: readonly string[] }>
}

const node = (): Node => ({ literals: new Map(), parameter: undefined, routes: new Map() })

const NO_PARAMS: Params = Object.freeze(Object.create(null) as Params)
const NONE: readonly string[] = []

/** Finds routes by raw paths: a path is split first, and each segment is decoded once. */
export class Router {
  private readonly root = node()
  /** By whole paths, those without a parameter: found without a walk. */
  private readonly plain = new Map<string, Node>()

  constructor(all: readonly Served[]) {
    for (const served of all) this.add(served)
  }

  find(method: string, path: string): Found | NotFound {
    const plain = this.plain.get(path)
    const end = plain ? { node: plain, texts: NONE } : walk(this.root, segmentsOf(path), 0, NONE)
    const served = end?.node.routes.get((method === 'HEAD' ? 'GET' : method) as Method)
    if (served === undefined) return { allow: end ? allowed(end.node) : NONE }
    const { protocol, route, names } = served
    if (names.length === 0) return { protocol, route, params: NO_PARAMS, malformed: NONE }
    return { protocol, route, ...decoded(names, end?.texts ?? NONE) }
  }

  private add(served: Served): void {
    const names: string[] = []
    const end = segmentsOf(served.route.path).reduce((at, segment) => {
      if (segment.startsWith(':')) {
        names.push(segment.slice(1))
        return (at.parameter ??= node())
      }
      const next = at.literals.get(segment) ?? node()
      at.literals.set(segment, next)
      return next
    }, this.root)
    if (names.length === 0) this.plain.set(served.route.path, end)
    if (!end.routes.has(served.route.method))
      end.routes.set(served.route.method, { ...served, names })
  }
}

/** A slash at the end is ignored. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/')
  segments.shift()
  if (segments.at(-1) === '') segments.pop()
  return segments
}

interface End {
  readonly node: Node
  /** The raw texts of the parameters. */
  readonly texts: readonly string[]
}

/** A literal wins over a parameter. An empty segment is no parameter. */
function walk(
  at: Node,
  segments: readonly string[],
  index: number,
  texts: readonly string[],
): End | undefined {
  const segment = segments[index]
  if (segment === undefined) return at.routes.size > 0 ? { node: at, texts } : undefined
  const literal = at.literals.get(segment)
  const found = literal && walk(literal, segments, index + 1, texts)
  if (found || at.parameter === undefined || segment === '') return found
  return walk(at.parameter, segments, index + 1, [...texts, segment])
}

const allowed = ({ routes }: Node): readonly string[] =>
  [...routes.keys()]
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .concat('OPTIONS')

function decoded(
  names: readonly string[],
  texts: readonly string[],
): Pick<Found, 'params' | 'malformed'> {
  const params = Object.create(null) as Record<string, string>
  const malformed: string[] = []
  for (let i = 0; i < names.length; i++) {
    const [name = '', text = ''] = [names[i], texts[i]]
    const plain = decode(text)
    if (plain === undefined) malformed.push(name)
    params[name] = plain ?? text
  }
  return { params, malformed }
}

function decode(text: string): string | undefined {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text
  } catch {
    return undefined
  }
}
