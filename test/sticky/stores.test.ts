import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { StickyDocument, StickyService } from '../../src/core/sticky'
import { type CookieStickyOptions, cookieStickyService } from '../../src/sticky/cookie'
import { memoryStickyService } from '../../src/sticky/memory'
import { sqliteStickyService } from '../../src/sticky/sqlite'
import { stickyContract } from '../../src/testing/sticky-contract'
import { holds } from '../support/contract'
import { tempDir } from '../support/temp-dir'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A browser, as far as cookies go. */
class Browser {
  readonly jar = new Map<string, string>()
  readonly lines: string[] = []
  readonly exchange = {
    cookies: '',
    setCookie: (name: string, line: string): void => {
      this.lines.push(line)
      const value = line.slice(name.length + 1).split(';')[0] ?? ''
      if (line.includes('Max-Age=0;')) this.jar.delete(name)
      else this.jar.set(name, value)
    },
  }

  request(options?: CookieStickyOptions): StickyService {
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return cookieStickyService({ ...this.exchange, cookies }, options)
  }
}

function database(path: string) {
  const service = sqliteStickyService(path)
  ends.push(() => service.close())
  return service
}

holds(
  'the sticky store in memory',
  stickyContract(() => {
    const service = memoryStickyService()
    return { service, again: () => service }
  }),
)

holds(
  'the sticky store in cookies',
  stickyContract(() => {
    const browser = new Browser()
    return { service: browser.request(), again: () => browser.request() }
  }),
)

holds(
  'the sticky store in signed cookies',
  stickyContract(() => {
    const browser = new Browser()
    return {
      service: browser.request({ secret: 's' }),
      again: () => browser.request({ secret: 's' }),
    }
  }),
)

holds(
  'the sticky store in SQLite',
  stickyContract(() => {
    const path = join(tempDir(), `${randomUUID()}.db`)
    return { service: database(path), again: () => database(path) }
  }),
)

const document = (id: string, assignments: Record<string, string>): StickyDocument => ({
  attributeName: 'id',
  attributeValue: id,
  assignments,
})

describe('in memory', () => {
  it('drops the documents that were used least recently', async () => {
    const service = memoryStickyService({ maxDocuments: 2 })
    for (const id of ['a', 'b', 'c']) await service.saveAssignments(document(id, { e__0: '1' }))
    expect(await service.getAssignments('id', 'a')).toBeUndefined()
    expect(await service.getAssignments('id', 'b')).toBeDefined()
  })

  it('refuses a size that is no whole number above 0', () => {
    expect(() => memoryStickyService({ maxDocuments: 0 })).toThrow(/maxDocuments is 0/)
  })
})

describe('in cookies', () => {
  it("have the names and values of GrowthBook's SDKs", async () => {
    const browser = new Browser()
    await browser
      .request({ secure: true, domain: 'shop.test' })
      .saveAssignments(document('u1', { e__0: '1' }))
    const json = encodeURIComponent(JSON.stringify(document('u1', { e__0: '1' })))
    expect(browser.lines).toEqual([
      `gbStickyBuckets__id%7C%7Cu1=${json}; Max-Age=15552000; Domain=shop.test; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ])
  })

  it('are read as the browser SDK spells them, and keep that spelling', async () => {
    const browser = new Browser()
    browser.jar.set(
      'gbStickyBuckets__id||u1',
      encodeURIComponent(JSON.stringify(document('u1', { e__0: '1' }))),
    )
    const service = browser.request()
    expect((await service.getAssignments('id', 'u1'))?.assignments).toEqual({ e__0: '1' })
    await service.saveAssignments(document('u1', { f__0: '1' }))
    expect([...browser.jar.keys()]).toEqual(['gbStickyBuckets__id||u1'])
  })

  it.each([
    '',
    '%',
    'x',
    '{}',
    '[]',
    'null',
    JSON.stringify(document('u2', { e__0: '1' })),
    '{"attributeName":"id","attributeValue":"u1","assignments":[]}',
  ])('that hold %j hold nothing', async (text) => {
    const browser = new Browser()
    browser.jar.set('gbStickyBuckets__id||u1', text === '%' ? text : encodeURIComponent(text))
    expect(await browser.request().getAssignments('id', 'u1')).toBeUndefined()
  })

  it('leave out assignments that are no text', async () => {
    const browser = new Browser()
    browser.jar.set(
      'gbStickyBuckets__id||u1',
      encodeURIComponent(
        '{"attributeName":"id","attributeValue":"u1","assignments":{"a":1,"b":"2","c":{}}}',
      ),
    )
    expect((await browser.request().getAssignments('id', 'u1'))?.assignments).toEqual({ b: '2' })
  })

  it('of one name twice: the first counts, which is the most specific', async () => {
    const sent = ['1', '2'].map(
      (variation) =>
        `gbStickyBuckets__id%7C%7Cu1=${encodeURIComponent(JSON.stringify(document('u1', { e__0: variation })))}`,
    )
    const service = cookieStickyService({ cookies: sent.join('; '), setCookie: () => undefined })
    expect((await service.getAssignments('id', 'u1'))?.assignments).toEqual({ e__0: '1' })
  })

  it('that no server can set are left alone, whatever the header holds', async () => {
    const browser = new Browser()
    for (const name of ['gbStickyBuckets__a b', 'gbStickyBuckets__\u00fc', '__proto__', 'x'])
      browser.jar.set(name, '{}')
    await browser.request({ maxCookies: 1 }).saveAssignments(document('u1', { e__0: '1' }))
    expect(browser.lines).toHaveLength(1)
    expect((await browser.request().getAssignments('id', 'u1'))?.assignments).toEqual({ e__0: '1' })
  })

  it('that are signed count only with the right signature, under the right name', async () => {
    const browser = new Browser()
    await browser.request({ secret: 's' }).saveAssignments(document('u1', { e__0: '1' }))
    const [name = '', value = ''] = [...browser.jar][0] ?? []
    const read = async (cookie: string, sent: string, secret = 's') =>
      cookieStickyService(
        { cookies: `${cookie}=${sent}`, setCookie: () => undefined },
        { secret },
      ).getAssignments('id', 'u1')
    expect(await read(name, value)).toBeDefined()
    const altered = value.replace('%221%22', '%222%22')
    expect(
      await Promise.all([
        read(name, altered),
        read(name, value, 'other'),
        read(name, value.split('.')[0] ?? ''),
        read(name, ''),
      ]),
    ).toEqual([undefined, undefined, undefined, undefined])
    expect(await read(decodeURIComponent(name), value)).toBeUndefined()
  })

  it.each<[CookieStickyOptions]>([
    [{ domain: 'https://example.org' }],
    [{ domain: 'example.org:80' }],
    [{ domain: '' }],
    [{ domain: 'a;b' }],
    [{ maxAgeSeconds: 1.5 }],
    [{ maxAgeSeconds: 0 }],
    [{ maxAgeSeconds: NaN }],
    [{ maxBytes: 0 }],
    [{ maxCookies: -1 }],
  ])('refuse %j when they are opened, not when the first is set', (options) => {
    const name = Object.keys(options)[0] ?? ''
    expect(() => new Browser().request(options)).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining(name),
      }),
    )
  })

  it('refuse an empty secret, which would sign for anybody', () => {
    expect(() => new Browser().request({ secret: '' })).toThrow(/secret is empty/)
  })

  it('never grow beyond their size: the oldest assignments make room', async () => {
    const browser = new Browser()
    for (let i = 0; i < 200; i++)
      await browser
        .request({ secret: 's' })
        .saveAssignments(document('u1', { [`experiment-${i}__0`]: `${i}` }))
    const [name = '', value = ''] = [...browser.jar][0] ?? []
    expect(name.length + 1 + value.length).toBeLessThanOrEqual(3800)
    const kept = Object.keys(
      (await browser.request({ secret: 's' }).getAssignments('id', 'u1'))?.assignments ?? {},
    )
    expect(kept.length).toBeGreaterThan(50)
    expect([kept.at(-1), kept.includes('experiment-0__0')]).toEqual(['experiment-199__0', false])
  })

  it('refuse a document that can never fit', async () => {
    await expect(
      new Browser().request().saveAssignments(document('x'.repeat(4000), { e__0: '1' })),
    ).rejects.toThrow(/does not fit into a cookie of 3800 bytes/)
  })

  it('are few: those of others who used the browser are deleted', async () => {
    const browser = new Browser()
    for (let i = 0; i < 9; i++)
      await browser.request().saveAssignments(document(`u${i}`, { e__0: '1' }))
    expect([...browser.jar.keys()].map(decodeURIComponent)).toEqual(
      ['u4', 'u5', 'u6', 'u7', 'u8'].map((id) => `gbStickyBuckets__id||${id}`),
    )
  })
})

describe('in SQLite', () => {
  it('reads all documents of a visitor in one go', async () => {
    const service = database(join(tempDir(), 's.db'))
    const device: StickyDocument = {
      attributeName: 'device',
      attributeValue: 'd1',
      assignments: { f__0: '1' },
    }
    await Promise.all([
      service.saveAssignments(document('u1', { e__0: '1' })),
      service.saveAssignments(device),
    ])
    expect(await service.getAllAssignments({ id: 'u1', device: 'd1', company: 'c1' })).toEqual({
      'id||u1': document('u1', { e__0: '1' }),
      'device||d1': device,
    })
  })

  it('writes what is left when it is closed, and nothing after that', async () => {
    const path = join(tempDir(), 's.db')
    const service = database(path)
    const saving = service.saveAssignments(document('u1', { e__0: '1' }))
    service.close()
    service.close()
    await saving
    await expect(service.saveAssignments(document('u1', {}))).rejects.toMatchObject({
      code: 'LIVEFLAG_CLOSED',
    })
    expect(await database(path).getAssignments('id', 'u1')).toBeDefined()
  })

  it('never waits for a lock: it rejects at once, and what comes later is written', async () => {
    const path = join(tempDir(), 's.db')
    const service = database(path)
    const other = new Database(path)
    ends.push(() => other.close())
    other.exec('BEGIN IMMEDIATE')
    const started = performance.now()
    await expect(service.saveAssignments(document('u1', { e__0: '1' }))).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      cause: { code: 'SQLITE_BUSY' },
    })
    // Without a word of ours it would wait for five seconds.
    expect(performance.now() - started).toBeLessThan(4000)
    expect(await service.getAssignments('id', 'u1')).toBeUndefined()
    other.exec('COMMIT')
    await service.saveAssignments(document('u1', { e__0: '1' }))
    expect(await service.getAssignments('id', 'u1')).toBeDefined()
  })

  it.each<[string, (path: string) => void]>([
    ['deleted', (path) => rmSync(path)],
    ['moved', (path) => renameSync(path, `${path}.old`)],
    ['robbed of its log', (path) => rmSync(`${path}-wal`)],
  ])(
    'acknowledges nothing that is not at the path when its file was %s, and opens it again',
    async (_, lose) => {
      const path = join(tempDir(), 's.db')
      const service = database(path)
      await service.saveAssignments(document('u1', { e__0: '1' }))
      lose(path)
      const lost = {
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
        message: expect.stringContaining('deleted, moved or replaced while it was open'),
      }
      await expect(service.getAssignments('id', 'u1')).rejects.toMatchObject(lost)
      await service.saveAssignments(document('u2', { e__0: '1' }))
      expect(await database(path).getAssignments('id', 'u2')).toBeDefined()
      rmSync(path)
      await expect(service.saveAssignments(document('u3', { e__0: '1' }))).rejects.toMatchObject(
        lost,
      )
      await service.saveAssignments(document('u3', { e__0: '1' }))
      expect(await database(path).getAssignments('id', 'u3')).toBeDefined()
    },
  )

  it('is away while its directory is, and works again when the directory is back', async () => {
    const directory = join(tempDir(), 'data')
    mkdirSync(directory)
    const service = database(join(directory, 's.db'))
    rmSync(directory, { recursive: true })
    await expect(service.getAssignments('id', 'u1')).rejects.toThrow('while it was open')
    await expect(service.getAssignments('id', 'u1')).rejects.toThrow()
    mkdirSync(directory)
    await service.saveAssignments(document('u1', { e__0: '1' }))
    expect(await service.getAssignments('id', 'u1')).toBeDefined()
  })

  it('makes its table again when another program dropped it', async () => {
    const path = join(tempDir(), 's.db')
    const [service, other] = [database(path), new Database(path)]
    other.exec('DROP TABLE sticky_assignments')
    other.close()
    // The call that meets it rejects.
    await service.getAssignments('id', 'u1').catch(() => undefined)
    await service.saveAssignments(document('u1', { e__0: '1' }))
    expect(await database(path).getAssignments('id', 'u1')).toBeDefined()
  })

  it('works in memory', async () => {
    const service = database(':memory:')
    await service.saveAssignments(document('u1', { e__0: '1' }))
    expect(await service.getAssignments('id', 'u1')).toBeDefined()
  })

  it.each(['', ' ', 'file:s.db', 7 as unknown as string])('refuses the path %j', (path) => {
    expect(() => sqliteStickyService(path)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })

  it('reports a file that cannot be opened', () => {
    expect(() => sqliteStickyService(join(tempDir(), 'no', 'such.db'))).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining('such.db'),
      }),
    )
  })

  it('reports that the package is missing', () => {
    jest.isolateModules(() => {
      jest.doMock('better-sqlite3', () => {
        throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), {
          code: 'MODULE_NOT_FOUND',
        })
      })
      const { sqliteStickyService: open } = require('../../src/sticky/sqlite') as {
        sqliteStickyService: typeof sqliteStickyService
      }
      expect(() => open('s.db')).toThrow(
        expect.objectContaining({
          code: 'LIVEFLAG_MISSING_PACKAGE',
          message: expect.stringContaining('npm install better-sqlite3'),
        }),
      )
      jest.dontMock('better-sqlite3')
    })
  })
})
