/** Koa, by the contract of all frameworks. */
import { json } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import Koa, { type Context } from 'koa'
import { decisionsPage, koaFeatures, koaStickyService } from '../../src/middleware/koa'
import { frameworkContract } from '../contracts/framework'
import { type App, isStream, maySeeDecisions, MOUNTED, userNamed } from '../support/framework-app'
import { listen, startBoth, type SiteOptions } from '../support/listening'

function site(app: App, options: SiteOptions) {
  const koa = new Koa()
  koa.use(
    koaFeatures(app.features, {
      ...options,
      user: (ctx) => userNamed(ctx.get('x-user')),
      sticky: { service: (ctx) => koaStickyService(ctx) },
    }),
  )
  koa.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      ctx.status = 500
      ctx.body = app.failed(error, ctx.features)
    }
  })
  const allow = (ctx: Context) => maySeeDecisions(ctx.get('x-user'))
  const pages = new Map([
    ['/decisions', decisionsPage(app.features, { allow })],
    ['/undecided', decisionsPage(app.features)],
  ])
  koa.use((ctx, next) => pages.get(ctx.path)?.(ctx, next) ?? next())
  // What koa-mount does: the path is rewritten, the original one stays.
  koa.use((ctx, next) => {
    const mount = MOUNTED.findLast((prefix) => ctx.path.startsWith(prefix)) ?? ''
    ctx.path = ctx.path.slice(mount.length)
    return next()
  })
  koa.use(async (ctx) => {
    const query = new URL(ctx.originalUrl, 'http://h').searchParams
    const body = ctx.method === 'POST' ? { body: await json(ctx.req) } : {}
    const answer = await app.answer({ request: ctx.features, path: ctx.path, query, ...body })
    if (!answer) return
    ctx.set({ ...answer.headers })
    if (isStream(answer.body)) ctx.body = Readable.from(answer.body)
    else {
      ctx.type = 'json'
      ctx.body = JSON.stringify(answer.body)
    }
  })
  const handle = koa.callback()
  return listen((req, res) => void handle(req, res))
}

frameworkContract(() => startBoth(site))
