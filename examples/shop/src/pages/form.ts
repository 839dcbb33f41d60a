import type { FastifyRequest } from 'fastify'

/** The fields of a form that was sent, or of the query. */
export function fieldsOf(from: unknown): Readonly<Record<string, string>> {
  if (typeof from !== 'object' || from === null) return {}
  return Object.fromEntries(
    Object.entries(from).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.slice(0, 200)]] : [],
    ),
  )
}

export const paramOf = (request: FastifyRequest, name: string): string =>
  fieldsOf(request.params)[name] ?? ''
