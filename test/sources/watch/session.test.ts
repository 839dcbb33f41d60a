import type {
  CheckRequest,
  NextCheck,
  PathCheck,
  ReportFindings,
} from '../../../src/sources/watch/check'
import { watchOptions } from '../../../src/sources/watch/options'
import { WatchSession } from '../../../src/sources/watch/session'

/** Something that a test ends. */
class Step {
  readonly ended: Promise<void>
  end: () => void = () => undefined

  constructor() {
    this.ended = new Promise((resolve) => (this.end = resolve))
  }
}

/** A look whose finding and telling take as long as a test wants; the first is over at once. */
class SlowCheck implements PathCheck {
  readonly hasReported = true
  readonly requests: CheckRequest[] = []
  /** The numbers of the finds that were told. */
  readonly told: number[] = []
  finding: Step | undefined
  telling: Step | undefined

  async find(request: CheckRequest): Promise<ReportFindings> {
    const number = this.requests.push(request)
    await this.finding?.ended
    return async (): Promise<readonly NextCheck[]> => {
      this.told.push(number)
      await this.telling?.ended
      return []
    }
  }

  end(): void {
    this.finding?.end()
  }
}

const sessions: WatchSession[] = []
afterEach(() => {
  for (const session of sessions.splice(0)) session.close()
})

function session(): { session: WatchSession; look: SlowCheck } {
  const look = new SlowCheck()
  const made = new WatchSession(watchOptions('x', { events: false, pollMs: 0 }, 'file'), () => look)
  sessions.push(made)
  return { session: made, look }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('whoever wants to catch up', () => {
  test('while a look is under way waits for one that began later, since that one may have passed the point', async () => {
    const {
      session: { check, catchUp },
      look,
    } = bound(session())
    const first = (look.finding = new Step())
    const checked = check()
    const caughtUp = jest.fn()
    const catching = catchUp().then(caughtUp)
    look.finding = new Step()
    first.end()
    await turn()
    expect([look.requests.length, look.told, caughtUp.mock.calls.length]).toEqual([2, [], 0])
    look.finding.end()
    await Promise.all([catching, checked])
    expect(look.told[0]).toBe(2)
  })

  test('does not lose that somebody else wanted the content read once more', async () => {
    const {
      session: { check, catchUp },
      look,
    } = bound(session())
    const first = (look.finding = new Step())
    const checked = check()
    const catching = catchUp()
    first.end()
    await Promise.all([catching, checked])
    expect(look.requests.slice(0, 2)).toEqual([
      { reread: true, awaited: true },
      { reread: true, awaited: true },
    ])
  })

  test('while something is reported waits for nothing: it was found already, and the reporter may be the one who waits', async () => {
    const {
      session: { check, catchUp },
      look,
    } = bound(session())
    look.telling = new Step()
    const checked = check()
    await turn()
    expect(look.told).toEqual([1])
    await catchUp()
    look.telling.end()
    await checked
    expect(look.requests).toHaveLength(1)
  })

  test('is let go when the session is closed', async () => {
    const {
      session: { catchUp, close },
      look,
    } = bound(session())
    look.finding = new Step()
    const catching = catchUp()
    close()
    await catching
    await catchUp()
    expect(look.requests).toHaveLength(1)
  })
})

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'who asks %i steps after the last telling has ended is answered by a look of its own or the next',
  async (steps) => {
    const {
      session: { check, catchUp },
      look,
    } = bound(session())
    look.telling = new Step()
    const first = check()
    await turn()
    look.telling.end()
    for (let step = 0; step < steps; step++) await Promise.resolve()
    await Promise.all([check(), first])
    expect(look.requests.length).toBeGreaterThanOrEqual(2)
    await catchUp()
    expect(look.requests.length).toBeGreaterThanOrEqual(3)
  },
)

/** The session's methods, for calling them by their names alone. */
function bound({ session: made, look }: { session: WatchSession; look: SlowCheck }) {
  return {
    session: {
      check: () => made.check(),
      catchUp: () => made.catchUp(),
      close: () => made.close(),
    },
    look,
  }
}

test('who asks is answered by the next check, however often others ask for one more', async () => {
  const {
    session: { check },
    look,
  } = bound(session())
  const others: Promise<void>[] = []
  const find = look.find.bind(look)
  let asking = true
  look.find = async (request) => {
    if (asking) others.push(check())
    return find(request)
  }
  await check()
  expect(others.length).toBeGreaterThan(0)
  asking = false
  await Promise.all(others)
})
