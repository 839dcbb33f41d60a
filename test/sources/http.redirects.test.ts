import { FlagServer, redirect, serving } from '../support/flag-server'
import { A, opened, problem, server, sink } from '../support/http-scene'

describe('redirects', () => {
  it('are followed, with the same headers on the same origin', async () => {
    server.answer = (request, response) =>
      (request.url === '/there' ? serving(A) : redirect('/there', 307))(request, response)
    await opened({ headers: { authorization: 'x' } })
    expect(sink.texts).toEqual([A])
    expect(server.requests[1]?.headers.authorization).toBe('x')
  })

  it('do not carry headers, which may be secrets, to another origin', async () => {
    const other = await FlagServer.start()
    other.answer = serving(A)
    server.answer = redirect(`${other.origin}/there`)
    await opened({ headers: { authorization: 'x' } })
    expect(sink.texts).toEqual([A])
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
    await other.close()
  })

  it.each([
    ['in a circle', '/again', /more than 5 redirects/],
    ['to what is no web page', 'ftp://127.0.0.1/x', /redirects to .*which is not followed/],
    ['to what is no URL', 'http://[', /redirects to no URL/],
  ])('%s are a problem', async (_, location, message) => {
    server.answer = redirect(location)
    await opened()
    expect(problem()?.message).toMatch(message)
  })
})
