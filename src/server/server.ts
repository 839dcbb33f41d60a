/** `liveflag/server`: a live config over HTTP, for clients that are not Node. */
export { createServer, type LiveflagServer } from './create-server'
export { Evaluations } from './evaluations'
export {
  fastifyServer,
  type FastifyServerOptions,
  type RequestHandler,
  requestHandler,
} from './request-handler'
export type { Authenticate, ServerOptions } from './options'
export type { Principal, Scope } from './principal'
export type { ServerLog } from './route'
