/**
 * The Nest application of the contract, in a process of its own: Nest is published as ES modules
 * alone, which jest does not load. Argument: `express` or `fastify`. It prints where it listens.
 */
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import type * as Common from '@nestjs/common' with { 'resolution-mode': 'import' }
import type { ArgumentsHost, NestApplicationOptions } from '@nestjs/common' with {
  'resolution-mode': 'import',
}
import type * as Core from '@nestjs/core' with { 'resolution-mode': 'import' }
import type * as OnExpress from '@nestjs/platform-express' with { 'resolution-mode': 'import' }
import type * as OnFastify from '@nestjs/platform-fastify' with { 'resolution-mode': 'import' }
import express from 'express'
import type { Features, Questions } from '../../src'
import { expressStickyService } from '../../src/middleware/express-sticky'
import { fastifyStickyService } from '../../src/middleware/fastify'
import {
  decisionsPage,
  Feature,
  FEATURES,
  LiveflagModule,
  RequestFeatures,
} from '../../src/middleware/nest'
import {
  type App,
  isStream,
  LINK_KEYS,
  maySeeDecisions,
  MOUNTED,
  openApp,
  userNamed,
} from './framework-app'
import { OF_SERVER, type SiteOptions } from './listening'

const common = require('@nestjs/common') as typeof Common
const { All, Body, Controller, Get, HttpCode, Inject, Module, Req, Res, StreamableFile } = common
const { NestFactory } = require('@nestjs/core') as typeof Core

const platform = process.argv[2]
// Nest 10 has Express 4, whose wildcards have no names.
const { version } = require('@nestjs/core/package.json') as { version: string }
const ANY_PATH = platform === 'fastify' || version.startsWith('10.') ? '*' : '*path'

interface Incoming {
  readonly method: string
  readonly originalUrl: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly features: Questions
}
/** What responses of Express and of Fastify have alike. */
interface Outgoing {
  header(name: string, value: string): unknown
  status(code: number): { send(body: unknown): unknown }
}

function controllersOf(app: App) {
  @Controller('guarded')
  class Guarded {
    constructor(@Inject(FEATURES) private readonly features: Features) {}

    @Get('by-method')
    @Feature('forcible')
    byMethod(@Feature('forcible') has: boolean, @RequestFeatures() asked: Questions): unknown {
      return [has, asked.isEnabled('forcible'), this.features.isEnabled('forcible')]
    }
  }

  @Controller('guarded-class')
  @Feature('forcible')
  class GuardedClass {
    @Get()
    get(): unknown {
      return 'there'
    }
  }

  @Controller(MOUNTED.map((mount) => mount.slice(1)))
  class Answers {
    @All(ANY_PATH)
    @HttpCode(200)
    async answer(
      @Req() req: Incoming,
      @Res({ passthrough: true }) res: Outgoing,
      @Body() given: unknown,
      @RequestFeatures() request: Questions,
    ): Promise<unknown> {
      const { pathname, searchParams: query } = new URL(req.originalUrl, 'http://h')
      const mount = MOUNTED.findLast((prefix) => pathname.startsWith(prefix)) ?? ''
      const body = req.method === 'POST' ? { body: given } : {}
      const path = pathname.slice(mount.length)
      const { headers, body: answer } = (await app.answer({ request, path, query, ...body })) ?? {}
      for (const [name, value] of Object.entries(headers ?? {})) res.header(name, value)
      if (isStream(answer)) return new StreamableFile(Readable.from(answer))
      res.header('content-type', 'application/json')
      return JSON.stringify(answer)
    }
  }
  const allow = (req: Incoming) => maySeeDecisions(req.headers['x-user'])
  const pages = [decisionsPage({ allow }), decisionsPage({ path: 'undecided' })]
  return [...pages, Guarded, GuardedClass, Answers]
}

async function site(app: App, options: SiteOptions) {
  const user = (req: Incoming) => userNamed(req.headers['x-user'])
  const liveflag =
    platform === 'fastify'
      ? LiveflagModule.forRootAsync<never, never>({
          useFactory: async () => ({
            features: app.features,
            options: { ...options, user, sticky: { service: fastifyStickyService } },
          }),
        })
      : LiveflagModule.forRoot<never, never>(app.features, {
          ...options,
          user,
          sticky: { service: expressStickyService },
        })
  @Module({ imports: [liveflag], controllers: controllersOf(app) })
  class Root {}
  const adapter = adapterOf()
  const settings: NestApplicationOptions = { logger: false }
  const nest = await NestFactory.create(Root, adapter, settings)
  nest.useGlobalFilters({
    catch(error: unknown, host: ArgumentsHost) {
      const http = host.switchToHttp()
      const { features } = http.getRequest<Incoming>()
      const status = error instanceof common.HttpException ? error.getStatus() : 500
      http.getResponse<Outgoing>().status(status).send(app.failed(error, features))
    },
  })
  await nest.listen(0, '127.0.0.1')
  return (await nest.getUrl()).replace('[::1]', '127.0.0.1')
}

function adapterOf() {
  if (platform === 'fastify') {
    const { FastifyAdapter } = require('@nestjs/platform-fastify') as typeof OnFastify
    return new FastifyAdapter({ http: OF_SERVER })
  }
  const { ExpressAdapter } = require('@nestjs/platform-express') as typeof OnExpress
  const adapter = new ExpressAdapter(express())
  adapter.initHttpServer = () =>
    adapter.setHttpServer(createServer(OF_SERVER, adapter.getInstance()))
  return adapter
}

async function main(): Promise<void> {
  const [url, cachingUrl] = await Promise.all([
    openApp().then((app) => site(app, { links: { keys: LINK_KEYS } })),
    openApp().then((app) => site(app, { cacheHeaders: true })),
  ])
  console.log(JSON.stringify({ url, cachingUrl }))
}

void main()
