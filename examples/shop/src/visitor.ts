import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Account, Features } from 'liveflag'
import { fastifyFeatures } from 'liveflag/fastify'

declare module 'fastify' {
  interface FastifyRequest {
    session: string
    account: Member | undefined
  }
}

type Member = Account & { readonly employee?: boolean }

/** The members of the shop; who signs in with what is no matter of this example. */
const MEMBERS: Readonly<Record<string, Member>> = {
  gary: { id: 't2_gary', name: 'gary' },
  emma: { id: 't2_emma', name: 'emma', employee: true },
}

const cookieOf = (request: FastifyRequest, name: string): string | undefined =>
  new RegExp(`(?:^|;\\s*)${name}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1]

/** Finds out who asks, and lets pages ask `request.features` and code ask `features`. */
export function recogniseVisitors(app: FastifyInstance, features: Features): void {
  app.addHook('onRequest', (request, reply, done) => {
    const session = cookieOf(request, 'session') ?? randomUUID()
    const member = cookieOf(request, 'member') ?? ''
    reply.header('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Lax`)
    reply.header('cache-control', 'private, no-store')
    request.session = session
    request.account = Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined
    done()
  })
  void app.register(
    fastifyFeatures(features, {
      user: (request) => request.account,
      loid: (request) => request.session,
    }),
  )
}
