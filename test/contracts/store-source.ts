/** What every source does that reads a store of keys. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../src/core/source'
import { type Features, openFeatures } from '../../src/engine/features'
import type { KeyStore } from '../../src/sources/key-store'
import type { KeyedOptions } from '../../src/sources/keyed/options'
import { openedSource } from '../../src/sources/keyed/source'
import { eventually } from '../support/eventually'
import type { ManualClock } from '../support/manual-clock'
import { MoodyKeyStore } from '../support/moody-key-store'
import { RecordingSink } from '../support/recording-sink'
import { passSteps, stopSystemClock } from '../support/system-clock'
import { tempDir } from '../support/temp-dir'

/** One live config in a store, between which and its readers the network may fail. */
export interface StoreScene {
  /** Opens the store as a source does: through that network. */
  open(): KeyStore
  /** Writes past that network; undefined removes the text. */
  put(text: string | undefined): Promise<void>
  /** From now on nothing gets through, and nobody is notified of that. */
  cut(): Promise<void> | void
  restore(): Promise<void> | void
  /** The server ends as in a crash; it comes back with what it had. Left out: as `cut`. */
  crash?(): Promise<void>
  start?(): Promise<void>
  /** The store as somebody sees it who gives a wrong password. */
  openRefused?(): KeyStore
  /** Takes the rights away from who has opened the store, and gives them again. */
  takeRights?(): Promise<void>
  giveRights?(): Promise<void>
  /** What is said meanwhile. */
  readonly lostRights?: RegExp
  /** How often a source reads that is not notified, and how long it waits. Default 200 and 500. */
  readonly pollMs?: number
  readonly timeoutMs?: number
  /** What the problem says then, with what to do. */
  readonly refusal?: RegExp
}

const NEVER = 2 ** 31 - 1
const A = 'feature_a: on\n'
const B = 'feature_a: on\nfeature_b: on\n'

export function storeSourceContract(name: string, scene: StoreScene): void {
  describe(name, () => {
    let sink: RecordingSink
    let features: Features | undefined
    const open: Source[] = []

    const readTimeoutMs = scene.timeoutMs ?? 500
    const source = (options: KeyedOptions = {}, opened = () => scene.open()): Source => {
      const made = openedSource('source', opened, {
        unwatchedPollMs: scene.pollMs ?? 200,
        ...options,
      })
      open.push(made)
      return made
    }
    const opened = async (options?: KeyedOptions): Promise<Source> => {
      const made = source(options)
      await made.open(sink)
      return made
    }
    const engine = async (options?: KeyedOptions, store?: () => KeyStore): Promise<Features> => {
      features = await openFeatures({ source: source(options, store) })
      return features.on('problem', () => undefined)
    }
    /** Through a store that can lose notices and keep silent. */
    const moody = (): MoodyKeyStore => new MoodyKeyStore(scene.open())
    const inForce = (feature: string): Promise<void> =>
      eventually(`${feature} is in force`, () => features?.isEnabled(feature) === true)
    const told = (text: string): Promise<void> =>
      eventually(`${text} is told`, () => sink.texts.at(-1) === text)
    const listens = (made: Source): Promise<void> =>
      eventually('it listens', () => made.watch.mode === 'events+poll')
    const problems = (): string[] => (features?.snapshot.problems ?? []).map(({ code }) => code)
    /** Time stands still while a read is under way: its answer comes by a real network, not by the clock. */
    const passAnswered = async (
      clock: ManualClock,
      store: MoodyKeyStore,
      { ms, stepMs, until }: { ms: number; stepMs: number; until: () => boolean },
    ): Promise<number> => {
      let passed = 0
      for (; passed < ms && !until(); passed += stepMs) {
        await passSteps(clock, stepMs, stepMs)
        await eventually('it is answered', () => store.underWay === 0)
      }
      return passed
    }

    beforeEach(async () => {
      sink = new RecordingSink()
      await scene.restore()
      await scene.put(A)
    })
    afterEach(async () => {
      jest.restoreAllMocks()
      await features?.close()
      features = undefined
      await Promise.all(open.splice(0).map((one) => one.close()))
      await scene.restore()
    })

    describe('what is there', () => {
      it('is read when the source is opened, and again when it changes', async () => {
        const made = await opened()
        expect(sink.texts).toEqual([A])
        if (scene.open().notifies) await listens(made)
        await scene.put(B)
        await told(B)
        expect(sink.failures).toEqual([])
      })

      it.each([
        ['{"feature_a": "on"}', 'json'],
        ['\n{\n  "feature_a": "on"\n}\n', 'json'],
        ['{}', 'json'],
        ['feature_a: on', 'yaml'],
        ['{feature_a: on}', 'yaml'],
        ['# a\n[live_config]\nfeature_a = on\n', 'ini'],
        ['[live_config]', 'ini'],
      ])('%j is %s, which nobody stated', async (text, format) => {
        await scene.put(text)
        await opened()
        expect(sink.tellings[0]).toMatchObject({ kind: 'content', content: { text, format } })
      })

      it('has the format of the options', async () => {
        await scene.put('{"feature_a": "on"}')
        await opened({ format: 'yaml' })
        expect(sink.tellings[0]).toMatchObject({ content: { format: 'yaml' } })
      })

      it('may have 10 MB', async () => {
        const text = `feature_a: on\n${'# nothing\n'.repeat(999_000)}feature_b: on\n`
        await scene.put(text)
        await engine()
        expect(features?.isEnabled('b')).toBe(true)
      })

      it('is a warning above the soft limit, and refused above the hard one', async () => {
        await opened({ softLimitBytes: 10, hardLimitBytes: 20 })
        expect(sink.tellings.map(({ kind }) => kind)).toEqual(['warn', 'content'])
        await scene.put(B)
        await eventually('it is refused', () => sink.failures.includes('too-large'))
        expect(sink.texts).toEqual([A])
      })

      it('is asked whether it is still there, which is no news', async () => {
        const made = await opened()
        await made.check()
        await made.check()
        expect(sink.texts).toEqual([A])
        expect(sink.confirmations).toBeGreaterThanOrEqual(2)
      })
    })

    describe('what belongs to nobody', () => {
      it.each<[string, string | undefined, string]>([
        ['a deleted key', undefined, 'missing'],
        ['an empty value', '', 'empty'],
        ['a value half written by another tool', '{"feature_a": "on", "feature_b"', 'syntax'],
      ])('%s is a problem, with the last good in force', async (_, text, code) => {
        await engine()
        await scene.put(text)
        await eventually('it is a problem', () => problems().includes(code))
        expect(features?.isEnabled('a')).toBe(true)
        expect(features?.snapshot.status).toBe('STALE')
        await scene.put(B)
        await inForce('b')
        expect(problems()).toEqual([])
        expect(features?.snapshot.status).toBe('READY')
      })

      it('names the line of what is half written', async () => {
        await engine()
        await scene.put('feature_a: on\nfeature_b: {users: [ann, b')
        await eventually('it is refused', () => problems().length > 0)
        expect(features?.snapshot.problems[0]).toMatchObject({ line: 2, severity: 'error' })
        expect(features?.isEnabled('a')).toBe(true)
      })

      it('does not start from a key that is not there, and says what to do', async () => {
        await scene.put(undefined)
        await expect(engine()).rejects.toThrow(
          /there is nothing under its key; publish a live config there, or correct the key/,
        )
      })
    })

    describe('notices', () => {
      const watching = async (store: MoodyKeyStore, options?: KeyedOptions): Promise<void> => {
        const made = source({ unwatchedPollMs: NEVER, pollMs: NEVER, ...options }, () => store)
        await made.open(sink)
        await listens(made)
      }

      it('that come three times are read once or twice, and are one change', async () => {
        const store = moody()
        if (!store.notifies) return store.close()
        store.notices = 'three times'
        await watching(store)
        await scene.put(B)
        await told(B)
        expect(sink.texts).toEqual([A, B])
      })

      it('that come late and in disorder never lead back to what was before', async () => {
        const store = moody()
        if (!store.notifies) return store.close()
        store.notices = 'late and in disorder'
        await watching(store)
        const texts = [...'0123456789'].map((n) => `feature_a: on\nfeature_n${n}: on\n`)
        for (const text of texts) {
          await scene.put(text)
          if (text.includes('n4')) store.release()
        }
        store.release()
        store.notices = 'as they come'
        await scene.put(B)
        await told(B)
        const order = sink.texts.map((text) => [A, ...texts, B].indexOf(text))
        expect(order).toEqual([...order].sort((a, b) => a - b))
      })

      it('that are lost are found by the poll within a minute', async () => {
        const clock = stopSystemClock()
        const store = moody()
        store.notices = 'lost'
        const made = source({ unwatchedPollMs: 10_000 }, () => store)
        await made.open(sink)
        if (store.notifies) await listens(made)
        await passSteps(clock, 120_000, 10_000)
        expect(sink.texts).toEqual([A])
        await scene.put(B)
        const isTold = (): boolean => sink.texts.includes(B)
        const passing = { ms: 120_000, stepMs: 5000, until: isTold }
        expect(await passAnswered(clock, store, passing)).toBeLessThanOrEqual(70_000)
        expect(isTold()).toBe(true)
      })

      it('are not asked for when the options say so', async () => {
        const made = await opened({ watch: false })
        expect(made.watch.mode).toBe('poll')
        await scene.put(B)
        await told(B)
      })
    })

    describe('a server that cannot be reached', () => {
      it('is no hindrance to a start with the last good on disk', async () => {
        const path = join(tempDir(), 'live.json')
        await opened({ cache: { path } })
        expect(readFileSync(path, 'utf8')).toContain('feature_a: on')
        await scene.cut()
        const store = scene.open()
        await engine({ cache: { path }, readTimeoutMs }, () => store)
        expect(features?.isEnabled('a')).toBe(true)
        expect(features?.snapshot.status).toBe('STALE')
        await scene.put(B)
        await scene.restore()
        await inForce('b')
        await eventually('it is ready', () => features?.snapshot.status === 'READY')
      })

      it('is no hindrance to a start with the defaults in the code', async () => {
        await scene.cut()
        await engine({ startup: 'defaults', readTimeoutMs })
        expect(features?.isEnabled('a')).toBe(false)
        await scene.restore()
        await inForce('a')
      })

      it('is the reason why nothing starts otherwise', async () => {
        await scene.cut()
        await expect(engine({ readTimeoutMs })).rejects.toThrow(
          /no live config to start with: .* cannot be read: .*; /,
        )
      })

      it('may end and come back', async () => {
        await engine({ readTimeoutMs })
        await (scene.crash?.() ?? scene.cut())
        await features?.reload()
        expect(features?.isEnabled('a')).toBe(true)
        expect(features?.snapshot.status).toBe('STALE')
        await (scene.start?.() ?? scene.restore())
        await scene.put(B)
        await inForce('b')
        expect(features?.snapshot.status).toBe('READY')
        await eventually('no problem is left', () => problems().length === 0, 20_000)
      }, 60_000)

      it('for ten minutes is one problem, and few questions', async () => {
        const clock = stopSystemClock()
        const store = moody()
        const stale: string[] = []
        await engine({ unwatchedPollMs: 10_000 }, () => store)
        features?.on('stale', ({ problem }) => stale.push(problem.code))
        await passSteps(clock, 5000, 1000)
        await scene.cut()
        const before = store.reads
        await passSteps(clock, 600_000, 5000)
        expect(features?.isEnabled('a')).toBe(true)
        expect(features?.snapshot.status).toBe('STALE')
        expect(stale).toEqual(['unreadable'])
        expect(store.reads - before).toBeLessThan(30)
        await scene.put(B)
        await scene.restore()
        store.giveUp()
        const isBack = (): boolean => features?.isEnabled('b') === true
        const passing = { ms: 300_000, stepMs: 1000, until: isBack }
        expect(await passAnswered(clock, store, passing)).toBeLessThanOrEqual(80_000)
        expect(isBack()).toBe(true)
        await eventually('no problem is left', async () => {
          await passSteps(clock, 1000, 1000)
          return problems().length === 0
        })
      }, 60_000)

      const { openRefused } = scene
      if (!openRefused) {
        it.skip('because it refuses us is reported once (skipped: nobody is refused there)', () =>
          undefined)
        return
      }
      it('because it refuses us is reported once, with what to do', async () => {
        const clock = stopSystemClock()
        const made = source(
          { unwatchedPollMs: 10_000, startup: 'defaults', readTimeoutMs: 3_600_000 },
          openRefused,
        )
        await made.open(sink)
        // Each refusal comes by a real network, not by the clock.
        await passSteps(clock, 300_000, 5000)
        const said = sink.tellings.flatMap((one) =>
          one.kind === 'failed' || (one.kind === 'warn' && one.problem.code === 'watch-failed')
            ? [one.problem.message]
            : [],
        )
        expect(said).toEqual([expect.stringMatching(scene.refusal ?? /./)])
      })
    })

    const { takeRights, giveRights } = scene
    if (takeRights && giveRights)
      it('goes on with what it has while its rights are taken away, and says so once', async () => {
        const made = source()
        await made.open(sink)
        if (scene.open().notifies) await listens(made)
        await takeRights()
        try {
          // A server may leave a watch open whose keys it would not let anybody read: then the next look tells.
          await eventually('it is told', async () => {
            await made.check()
            return sink.failures.length > 0
          })
          await made.check()
          await made.check()
          expect(new Set(sink.failures)).toEqual(new Set(['unreadable']))
          const messages = sink.tellings.flatMap((one) =>
            one.kind === 'failed' ? [one.problem.message] : [],
          )
          expect(messages.at(-1)).toMatch(scene.lostRights ?? /./)
          expect(new Set(messages).size).toBeLessThanOrEqual(2)
          expect(sink.texts).toEqual([A])
        } finally {
          // The tests that follow need them, however this one ends.
          await giveRights()
        }
        await scene.put(B)
        await eventually('it is read', () => sink.texts.at(-1) === B, 30_000)
      }, 60_000)

    describe('closing', () => {
      it('is quick, and nothing is reported after it', async () => {
        const made = await opened()
        await scene.cut()
        const checking = made.check()
        await made.close()
        await checking
        const before = sink.tellings.length
        await scene.restore()
        await scene.put(B)
        await made.check()
        expect(sink.tellings).toHaveLength(before)
        expect(made.watch.mode).toBe('none')
      })

      it('can be followed by another opening', async () => {
        const made = await opened()
        await made.close()
        await scene.put(B)
        await made.open(sink)
        expect(sink.texts).toEqual([A, B])
      })
    })

    it('counts what it reads', async () => {
      const counted: string[] = []
      const made = source()
      await made.open(
        Object.assign(sink, {
          metrics: { fetched: (_: string, result: string) => void counted.push(result) },
        }),
      )
      await scene.put(B)
      await told(B)
      expect(counted[0]).toBe('content')
      expect(counted.filter((result) => result === 'content')).toHaveLength(2)
    })
  })
}
