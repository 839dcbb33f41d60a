import { postgresStickyService } from '../../src/sticky/postgres'

test('postgresStickyService refuses a URL of something else, and does not repeat it', () => {
  expect(() => postgresStickyService('mysql://user:given-secret@db.example/x')).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.not.stringContaining('given-secret'),
    }),
  )
})

test('a pool is told from what is none, and has no options of connections', () => {
  expect(() => postgresStickyService({} as never)).toThrow(/or a pool of pg/)
  const pool = { query: async () => ({ rows: [] }) }
  expect(() => postgresStickyService(pool, { poolSize: 2 })).toThrow(/there is no option poolSize/)
})

test('what cannot be read or written is said with what is to be looked at, and its cause', async () => {
  const cause = new Error('connection refused')
  const service = postgresStickyService({ query: () => Promise.reject(cause) })
  const document = { attributeName: 'id', attributeValue: 'u1', assignments: { a__0: '1' } }
  const failure = (what: string): object => ({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    message: `sticky assignments could not be ${what} in PostgreSQL (connection refused); check the server and the connection to it`,
    cause,
  })
  await expect(service.getAssignments('id', 'u1')).rejects.toMatchObject(failure('read'))
  await expect(service.saveAssignments(document)).rejects.toMatchObject(failure('written'))
})
