/** A web framework, and how liveflag is put into an application of it. */
export interface Framework {
  readonly name: string
  /** The package by which an application is known to use it. */
  readonly needs: string
  /** The module of liveflag, and what is imported of it: `express`, `expressFeatures`. */
  readonly module?: string
  readonly call?: string
  /** Of a framework whose requests no call gets: where their type is, and its name. */
  readonly requestType?: readonly [from: string, name: string]
  /** The handler's first parameter, and where an application of it usually has who is signed in. */
  readonly request: string
  readonly user: string
  readonly header: (name: string) => string
  /** The lines that put it into the application; `features` is open by then. */
  readonly wiring: readonly string[]
  /** How a handler asks. */
  readonly asks: string
}

const OPEN = 'const features = await openLiveConfig()'

/** Nest has one module for the requests of both platforms. */
function nest(name: string, needs: string, requestType: readonly [string, string]): Framework {
  return {
    name,
    needs,
    module: 'nest',
    call: 'LiveflagModule.forRootAsync',
    requestType,
    request: 'req',
    user: 'req.user',
    header: (header) => `req.headers['${header}']`,
    wiring: ['@Module({ imports: [visitorFeatures] })'],
    asks: "@Feature('welcome_banner') of liveflag/nest, above a handler or a parameter",
  }
}

/**
 * Frameworks, in the order in which they are looked for: one that is built on another is before it.
 */
export const frameworks: readonly Framework[] = [
  {
    name: 'Next.js',
    needs: 'next',
    request: 'request',
    user: '',
    header: (name) => `headers().get('${name}')`,
    wiring: ['const features = await visitorFeatures()'],
    asks: "features.isEnabled('welcome_banner')",
  },
  nest('NestJS on Fastify', '@nestjs/platform-fastify', ['fastify', 'FastifyRequest']),
  nest('NestJS', '@nestjs/core', ['express', 'Request']),
  {
    name: 'Fastify',
    needs: 'fastify',
    module: 'fastify',
    call: 'fastifyFeatures',
    request: 'request',
    user: 'request.user',
    header: (name) => `request.headers['${name}']`,
    wiring: [OPEN, 'await app.register(visitorFeatures(features))'],
    asks: "request.features.isEnabled('welcome_banner')",
  },
  {
    name: 'Koa',
    needs: 'koa',
    module: 'koa',
    call: 'koaFeatures',
    request: 'ctx',
    user: 'ctx.state.user',
    header: (name) => `ctx.get('${name}')`,
    wiring: [OPEN, 'app.use(visitorFeatures(features))'],
    asks: "ctx.features.isEnabled('welcome_banner')",
  },
  {
    name: 'Hono',
    needs: 'hono',
    module: 'hono',
    call: 'honoFeatures',
    request: 'c',
    user: "c.get('user')",
    header: (name) => `c.req.header('${name}')`,
    wiring: [OPEN, 'app.use(visitorFeatures(features))'],
    asks: "c.get('features').isEnabled('welcome_banner')",
  },
  {
    name: 'Express',
    needs: 'express',
    module: 'express',
    call: 'expressFeatures',
    request: 'req',
    user: 'req.user',
    header: (name) => `req.get('${name}')`,
    wiring: [OPEN, 'app.use(visitorFeatures(features))'],
    asks: "req.features.isEnabled('welcome_banner')",
  },
]

/** An application without a framework that is known. */
export const plainNode: Framework = {
  name: 'plain Node',
  needs: '',
  module: 'node',
  call: 'nodeFeatures',
  request: 'req',
  user: 'sessionOf(req)?.user',
  header: (name) => `req.headers['${name}']`,
  wiring: [
    OPEN,
    'const withFeatures = visitorFeatures(features)',
    'createServer(withFeatures((req, res) => handle(req, res)))',
  ],
  asks: "req.features.isEnabled('welcome_banner')",
}
