/** What every store does with a URL, before and when it connects. */
import type { KeyStore } from '../../src/sources/key-store'
import { freePort } from '../support/server-process'

export interface StoreOfUrl {
  readonly open: (at: string, options?: object) => KeyStore
  /** A URL, and what messages show of it. */
  readonly shown: readonly [url: string, shown: string]
  /** What is refused, with options, and a part of the message. */
  readonly refused: readonly (readonly [at: unknown, options: object, message: string])[]
  /** A store at a port of this machine, and what it says of one at which nothing listens. */
  readonly openAt: (port: number) => KeyStore
  readonly nothingListens: string
}

export function storeOfUrlContract({ open, shown, refused, openAt, nothingListens }: StoreOfUrl) {
  test('messages show the URL without user and password', async () => {
    const store = open(shown[0])
    expect(store.name).toBe(shown[1])
    await store.close()
  })

  test.each(refused)('%j with %j is refused', (at, options, message) => {
    // What is refused need be no URL.
    expect(thrownBy(() => open(at as string, options))).toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(message) as string,
    })
  })

  test('where nothing listens, it says so and asks for no restart', async () => {
    const store = openAt(await freePort())
    await expect(store.get('')).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      kind: 'unreachable',
      reason: nothingListens,
    })
    await store.close()
  })
}

function thrownBy(call: () => unknown): unknown {
  try {
    call()
    return 'nothing'
  } catch (error) {
    return error
  }
}
